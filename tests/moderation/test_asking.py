"""Promises of telling that somebody asks how another is."""

from __future__ import annotations

import pytest

from moderation import Action, Level, Reviewer, load_group
from tests.moderation.packaged import RULES

REVIEWER = Reviewer(RULES, load_group("general"))


@pytest.mark.parametrize(
    "text",
    [
        "Are you OK?", "r u ok", "hey, you okay robin?", "are you still there?? answer me", "u safe?", "a r e you ok?",
        "is everything alright with you", "do you want to talk about it?", "are you thinking about hurting yourself?",
        "what happened?", "¿Estás bien?", "te encuentras bien", "tu vas bien ?", "ça va ?", "geht's dir gut?",
        "alles ok bei dir", "bist du noch da?", "você está bem?", "tudo bem?", "oh no. are you ok",
    ],
)  # fmt: skip
def test_review_when_somebody_is_asked_after(text: str) -> None:
    """Told in five languages, with or without its mark; alone it is no reason to look and has no consequence."""
    verdict = REVIEWER.review(text)
    assert verdict.asks_after
    assert (verdict.level, verdict.labels, verdict.action) == (Level.GREEN, frozenset(), Action.DELIVER)


@pytest.mark.parametrize(
    "text",
    [
        "are you ok with meeting at five?", "is it ok?", "i am ok", "you're ok, promise", "are you safe to drive",
        "hello all", "what happened was odd", "ça va bien merci", "todo bien, gracias", "alles gut, danke", "",
    ],
)  # fmt: skip
def test_review_when_nobody_is_asked_after(text: str) -> None:
    """Statements, thanks and other questions are none."""
    assert not REVIEWER.review(text).asks_after


def test_review_when_a_question_stands_beside_danger() -> None:
    """The sign stands beside whatever else is found, and changes nothing of it."""
    asked = REVIEWER.review("are you ok? i want to die")
    assert asked.asks_after
    assert asked.level >= Level.RED
    assert asked.labels == REVIEWER.review("i want to die").labels
