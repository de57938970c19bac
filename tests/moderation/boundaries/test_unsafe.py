"""Promises of the two boundaries nearest to distress: the detail is found and nothing else, and nobody's hurt is."""

import json
from pathlib import Path

import pytest

from moderation import Action, Level, Reviewer, load_group, load_rules

LINES = Path(__file__).parents[1] / "lines" / "kind.jsonl"
GROUPS = ("general", "depression", "anxiety", "bipolar", "addiction-recovery", "grief", "eating-concerns")
REVIEWER = Reviewer(load_rules(), load_group("general"))


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("i took 40 pills and im scared", "40 pills"),
        ("i drank bleach, help", "bleach"),
        ("i want to kill myself, i tied the rope to the banister", "tied the rope to the banister"),
        ("i cut myself with a scalpel again", "with a scalpel"),
        ("I have saved up my tablets and I want to die", "saved up my tablets"),
    ],
)
def test_detail_alone_is_folded_when_distress_stands_beside_it(text: str, detail: str) -> None:
    """What the person feels stays to be read; the detail is behind a button, and a person is called."""
    verdict = REVIEWER.review(text)
    folded = [
        (reason.label, text[reason.start : reason.end]) for reason in verdict.reasons if reason.action != "deliver"
    ]
    assert folded == [("method", detail)]
    assert verdict.action is Action.FOLD
    assert verdict.level >= Level.RED


@pytest.mark.parametrize(
    "text",
    [
        "my method of coping is a cold shower",
        "i overdosed last year",
        "i took too many pills, please help",
        "i swallowed everything i had",
        "i cut myself last night",
        "my brother hanged himself in march",
        "i keep thinking about how to kill myself",
        "i googled how to die last night and scared myself",
        "i am standing on the bridge",
        "the best way to do it is slowly, one call a day",
        "i take 50 mg of sertraline and 20 of propranolol",
        "how do i stop cutting",
        "how do i hide the bruises he gave me",
        "i gave the pills to my mum",
    ],
)
def test_statement_is_left_alone_when_it_tells_no_detail(text: str) -> None:
    """To have done it, to want it and to fear it is no method, and is never folded."""
    assert "method" not in REVIEWER.review(text).labels


@pytest.mark.parametrize(
    "text",
    [
        "he raped me",
        "i was molested by my uncle",
        "he came in my mouth and i didnt want it",
        "he forced me to suck his dick when i was nine",
        "she keeps sending me naked pics and i said stop",
        "someone sent me a dick pic",
        "my stepdad fingered me for years",
        "they made me send nudes and now they are leaked",
        "he asked me what are you wearing",
        "is it rape if i got wet",
        "sertraline killed my sex drive and i cant orgasm",
        "im hypersexual when manic, horny all day, and i hate it",
        "im gay and my parents dont know",
        "i think im asexual",
        "i came out as trans",
        "porn addiction is ruining my marriage",
        "my husband wants sex and i feel nothing",
        "it is so hard right now",
        "im trying so hard right now",
    ],
)
def test_hurt_and_health_are_not_sexual_when_told(text: str) -> None:
    """Abuse somebody tells of, medicine and illness, who somebody is: none of it is sent away as sexual."""
    assert "sexual" not in REVIEWER.review(text).labels


@pytest.mark.parametrize("text", ["send me nudes", "i took 40 pills and now send me nudes"])
def test_advance_is_found_when_nobody_was_hurt(text: str) -> None:
    """What looks alike and is an advance is found."""
    assert "sexual" in REVIEWER.review(text).labels


@pytest.mark.parametrize(
    ("group", "text", "detail"),
    [
        ("eating-concerns", "i weigh 48 now and i hate it", "weigh 48"),
        ("eating-concerns", "had 1200 today, so proud and so scared", "had 1200"),
        ("eating-concerns", "ich wiege 48 und habe angst", "wiege 48"),
        ("anxiety", "my pulse is 130 am i dying", "130"),
        ("addiction-recovery", "i drank a bottle of wine and hate myself", "drank a bottle"),
    ],
)
def test_group_folds_its_number_alone_when_fear_stands_beside_it(group: str, text: str, detail: str) -> None:
    """What a group cannot bear to read is the number; the day and the fear around it stay."""
    verdict = Reviewer(load_rules(), load_group(group)).review(text)
    limits = [text[reason.start : reason.end] for reason in verdict.reasons if reason.action != "deliver"]
    assert limits
    assert all(limit.startswith(detail) and len(limit) <= len(detail) + 8 for limit in limits)
    assert verdict.action is Action.FOLD


@pytest.mark.parametrize(
    "text", ["lost 2 hours of sleep", "it cost 20 pounds", "my shoe size is 38", "i had 3 panic attacks"]
)
def test_number_is_left_alone_when_it_is_none_of_food_or_body(text: str) -> None:
    """The group for eating concerns folds no money, no hours and no shoes."""
    assert Reviewer(load_rules(), load_group("eating-concerns")).review(text).action is Action.DELIVER


@pytest.mark.parametrize(
    "text", ["my stepdad used to touch me", "he groomed me online when i was 13", "is it rape if i froze"]
)
def test_disclosure_calls_a_person_when_it_is_long_ago(text: str) -> None:
    """Abuse told for the first time is looked at, whenever it was, and nothing of it is hidden."""
    verdict = REVIEWER.review(text)
    assert "abuse" in verdict.labels
    assert verdict.level >= Level.AMBER
    assert verdict.action is Action.DELIVER


@pytest.mark.parametrize("group", GROUPS)
def test_kind_talk_is_delivered_when_said_in_any_group(group: str) -> None:
    """Comfort, memories, questions about help and what hurts are never masked, folded, held or returned."""
    reviewer = Reviewer(load_rules(), load_group(group))
    texts = [json.loads(line)["text"] for line in LINES.read_text(encoding="utf-8").splitlines()]
    assert [text for text in texts if reviewer.review(text).action is not Action.DELIVER] == []
