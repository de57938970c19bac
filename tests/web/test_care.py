"""How much moderators have seen, on a running house: coarse, one's own, and a lead's to know."""

from __future__ import annotations

from chatserver.core.moderators import Role, Scope
from tests.house import House
from tests.web.desks import Caller, open_danger, sign_in

NOTHING = {"seen": "0", "heavy": "0"}


def test_what_one_has_seen_is_ones_own_and_a_leads_to_know(house: House) -> None:
    """Opening and taking a case count once; whoever gave it back is no worse off; a pause is offered after a crisis."""
    ada = sign_in(house, "Ada Care", Role.MODERATOR, {"porch"})
    bea = sign_in(house, "Bea Care", Role.MODERATOR, {"porch"})
    lea = sign_in(house, "Lea Care", Role.LEAD, set())
    assert ada.ok("care") == {"you": {"today": NOTHING, "three_days": NOTHING}}
    open_danger(house, "care-1", 0)
    open_danger(house, "care-2", 0, level="amber")
    for path in ("cases/care-1", "cases/care-2"):
        ada.ok(path)
        ada.ok(path + "/claim", {})
    seen = {"seen": "1-2", "heavy": "1-2"}
    assert ada.ok("care") == {"you": {"today": seen, "three_days": seen}}
    assert bea.ok("care") == {"you": {"today": NOTHING, "three_days": NOTHING}}
    ada.ok("cases/care-1/release", {})
    assert ada.ok("care")["you"]["today"] == seen
    shown = lea.ok("care")
    others = {other["name"]: other["today"] for other in shown["others"]}
    assert (others["Ada Care"], others["Bea Care"]) == (seen, NOTHING)
    assert "Lea Care" not in others
    body = {"outcome": "helped", "reason": "only a test"}
    bea.ok("cases/care-1/claim", {})
    assert bea.ok("cases/care-1/close", body) == {"closed": "helped", "offer_pause": True}
    assert ada.ok("cases/care-2/close", body) == {"closed": "helped", "offer_pause": False}
    assert "care-" not in str(lea.ok("care"))


def test_only_moderators_are_told(house: House) -> None:
    """Not members, not an invitation's session, not whoever looks after the machines."""
    ops, invited = sign_in(house, "Ole", Role.OPS, set()), sign_in(house, "Ina", Role.MODERATOR, set(), Scope.ENROL)
    assert [who.ask("care")[0] for who in (Caller(house), invited, ops)] == [401, 403, 403]
