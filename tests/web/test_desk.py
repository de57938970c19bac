"""The desk's HTTP on a running server: who may ask what, one moderator a case, and what is refused changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chatserver.client import join
from chatserver.core.moderators import Role, Scope
from tests.house import House
from tests.web.desks import Caller, audit, call_moderators, end_lease, sign_in

CLOSE = {"outcome": "helped", "reason": "talked"}
ROUTES: dict[str, object] = {
    "": None,
    "/claim": {},
    "/renew": {},
    "/release": {},
    "/close": CLOSE,
}
SHUT_OUT = {
    "nobody": (401, "not_signed_in"),
    "member": (401, "not_signed_in"),
    "forged": (401, "not_signed_in"),
    "invited": (403, "passkey_needed"),
    "ops": (403, "not_yours"),
}


@pytest.fixture(scope="module")
def staff(house: House) -> dict[str, Caller]:
    """Everybody who may come."""
    secret = join(house.url, house.group()).cookie.partition("=")[2]
    return {
        "nobody": Caller(house),
        "member": Caller(house, f"alongside={secret}; desk={secret}"),
        "forged": Caller(house, "desk=" + "x" * 43),
        "invited": sign_in(house, "Ina", Role.MODERATOR, {"porch"}, Scope.ENROL),
        "other": sign_in(house, "Oda", Role.MODERATOR, {"garden"}),
        "ada": sign_in(house, "Ada", Role.MODERATOR, {"porch"}),
        "bea": sign_in(house, "Bea", Role.MODERATOR, {"porch", "garden"}),
        "lead": sign_in(house, "Lea", Role.LEAD, set()),
        "ops": sign_in(house, "Ole", Role.OPS, set()),
    }


@pytest.fixture
def case(house: House, staff: dict[str, Caller]) -> Iterator[Any]:
    """A case of the porch that nobody has claimed; closed after the test."""
    handle = call_moderators(house, "please come")
    found = staff["lead"].wait_for_case(handle=handle)
    yield found
    if staff["lead"].ask(f"cases/{found['id']}/claim", {})[0] == 200:
        staff["lead"].ok(f"cases/{found['id']}/close", CLOSE)


@pytest.mark.parametrize("who", SHUT_OUT)
def test_who_is_no_moderator_gets_nowhere(staff: dict[str, Caller], case: Any, who: str) -> None:
    """The list, every route about a case that is there, and about one that is not: the same answer."""
    assert staff[who].code("cases") == SHUT_OUT[who]
    for name in (case["id"], "nosuch"):
        for route, body in ROUTES.items():
            assert staff[who].code(f"cases/{name}{route}", body) == SHUT_OUT[who]
    assert staff["lead"].wait_for_case(id=case["id"])["claim"] is None


def test_another_groups_moderator_learns_nothing_of_a_case(staff: dict[str, Caller], case: Any) -> None:
    """Every route answers as for a case that does not exist, byte for byte."""
    other = staff["other"]
    assert case["id"] not in [known["id"] for known in other.cases()]
    for route, body in ROUTES.items():
        assert other.ask(f"cases/{case['id']}{route}", body) == other.ask(f"cases/nosuch{route}", body)
        assert other.code(f"cases/{case['id']}{route}", body) == (404, "not_found")
    assert staff["lead"].wait_for_case(id=case["id"])["claim"] is None


@pytest.mark.parametrize("who", ["ada", "bea", "lead"])
def test_a_moderator_of_the_group_takes_a_case_through(house: House, staff: dict[str, Caller], who: str) -> None:
    """Listed, looked at, claimed, renewed, released, claimed again, closed; then it is gone."""
    me, handle = staff[who], call_moderators(house, "could somebody come")
    case = me.wait_for_case(handle=handle)
    assert {key: case[key] for key in ("kind", "level", "group", "claim", "pages", "reasons")} == {
        "kind": "asked",
        "level": "red",
        "group": {"slug": "porch", "title": "Porch"},
        "claim": None,
        "pages": 0,
        "reasons": [],
    }
    assert "member" not in json.dumps(case)
    path = f"cases/{case['id']}"
    seen = me.ok(path)
    assert (seen["words"], seen["message"], seen["before"]) == ("could somebody come", None, [])
    claim = me.ok(path + "/claim", {})["claim"]
    assert claim["is_mine"]
    assert claim["until"] > case["opened_at"]
    assert me.ok(path + "/renew", {})["claim"]["until"] >= claim["until"]
    me.ok(path + "/release", {})
    assert me.code(path + "/renew", {}) == (409, "lost")
    me.ok(path + "/claim", {})
    assert me.ok(path + "/close", CLOSE) == {"closed": "helped", "offer_pause": False}
    assert case["id"] not in [known["id"] for known in me.cases()]
    assert me.code(path) == me.code(path + "/claim", {}) == (404, "not_found")


def test_two_moderators_never_have_one_case(staff: dict[str, Caller], case: Any) -> None:
    """The second is told; what the second tries changes nothing; a lead has no other right here."""
    ada, path = staff["ada"], f"cases/{case['id']}"
    held = ada.ok(path + "/claim", {})["claim"]
    for other in (staff["bea"], staff["lead"]):
        assert other.code(path + "/claim", {}) == (409, "claimed")
        for route, body in (("/renew", {}), ("/release", {}), ("/close", CLOSE)):
            assert other.code(path + route, body) == (409, "lost")
        shown = other.wait_for_case(id=case["id"])["claim"]
        assert shown == {**held, "is_mine": False}
    ada.ok(path + "/release", {})


def test_a_lease_that_is_over_allows_nothing(house: House, staff: dict[str, Caller], case: Any) -> None:
    """Its holder can neither renew, release nor close; somebody else can claim."""
    ada, path = staff["ada"], f"cases/{case['id']}"
    ada.ok(path + "/claim", {})
    end_lease(house, case["id"])
    for route, body in (("/renew", {}), ("/release", {}), ("/close", CLOSE)):
        assert ada.code(path + route, body) == (409, "lost")
    assert staff["bea"].wait_for_case(id=case["id"])["claim"] is None
    assert staff["bea"].ok(path + "/claim", {})["claim"]["name"] == "Bea"
    staff["bea"].ok(path + "/release", {})


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "bad_request"),
        ([], "bad_request"),
        ({**CLOSE, "more": 1}, "bad_request"),
        ({**CLOSE, "outcome": "won"}, "bad_request"),
        ({**CLOSE, "reason": 1}, "bad_request"),
        ({**CLOSE, "reason": "  "}, "reason_needed"),
        ({**CLOSE, "reason": "x" * 501}, "reason_needed"),
    ],
)
def test_a_closing_of_another_form_is_refused(staff: dict[str, Caller], case: Any, body: object, code: str) -> None:
    """The case stays open and claimed."""
    ada, path = staff["ada"], f"cases/{case['id']}"
    ada.ok(path + "/claim", {})
    assert ada.code(path + "/close", body) == (400, code)
    assert ada.wait_for_case(id=case["id"])["claim"]["is_mine"]
    ada.ok(path + "/release", {})


def test_ids_nobody_gave_out_lead_nowhere(staff: dict[str, Caller]) -> None:
    """Whatever is in them."""
    for name in ("nosuch", "%2e%2e", "*", "a%20b", "claim:x", "x" * 500, "%00", "%F0%9F%8C%B1"):
        assert staff["lead"].code(f"cases/{name}") == (404, "not_found")
        assert staff["lead"].code(f"cases/{name}/claim", {}) == (404, "not_found")


def test_a_look_a_claim_and_a_close_stand_in_the_log_without_words(
    house: House, staff: dict[str, Caller], case: Any
) -> None:
    """By whom and about which case; the log is whole, and holds neither the member's words nor the handle."""
    ada, path = staff["ada"], f"cases/{case['id']}"
    ada.ok(path)
    ada.ok(path + "/claim", {})
    ada.ok(path + "/close", CLOSE)
    entries = [entry for entry in audit(house) if entry.get("case") == case["id"]]
    assert [(e["act"], e.get("reason", "")) for e in entries] == [
        ("case.looked", ""),
        ("case.claimed", ""),
        ("case.closed", "talked"),
    ]
    assert len({e["who"] for e in entries}) == 1
    assert "please come" not in json.dumps(entries)
    assert case["handle"] not in json.dumps(entries)
    assert "as they were written" in house.run("audit", "verify")
