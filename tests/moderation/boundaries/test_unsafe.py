"""Promises of the two boundaries nearest to distress: the detail is found and nothing else, and nobody's hurt is."""

import pytest

from moderation import Action, Level, Reviewer, load_group, load_rules

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
