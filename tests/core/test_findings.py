"""What the doctor thinks of what it saw."""

from __future__ import annotations

from datetime import date

import pytest

from chatserver.core import findings

GOOD = {
    "redis_version": "7.2.4",
    "valkey_version": "9.1.0",
    "aof_enabled": "1",
    "aof_last_write_status": "ok",
    "maxmemory_policy": "noeviction",
    "maxmemory": "0",
    "used_memory": "1048576",
}
CONFIG = {"slowlog-log-slower-than": "-1", "appendfsync": "everysec"}
ANSWERS = {"live": (200, ""), "metrics": (404, "not_found"), "socket": (401, "not_signed_in")}
TODAY = date(2026, 11, 26)


def worst(found: list[findings.Finding]) -> str:
    """Give the worst state, after making sure that whatever is not ok says what to do."""
    for finding in found:
        assert (finding.do == "") == (finding.state == "ok"), finding.line()
        assert "\n" not in finding.line()
    return max((finding.state for finding in found), key=("ok", "look", "wrong").index)


@pytest.mark.parametrize(
    ("info", "config", "state"),
    [
        ({}, {}, "ok"),
        ({"redis_version": "6.2.1"}, {}, "wrong"),
        ({"aof_enabled": "0"}, {}, "wrong"),
        ({"aof_last_write_status": "err"}, {}, "wrong"),
        ({"maxmemory_policy": "allkeys-lru"}, {}, "wrong"),
        ({"maxmemory": "1200000"}, {}, "look"),
        ({}, {"slowlog-log-slower-than": "10000"}, "wrong"),
        ({}, {"appendfsync": "no"}, "look"),
        ({}, None, "look"),
    ],
)
def test_a_server_is_judged_by_what_could_lose_or_show_words(
    info: dict[str, str], config: dict[str, str] | None, state: str
) -> None:
    """Each single fault is found; a server as it should be has none."""
    assert worst(findings.judge_redis("a", GOOD | info, None if config is None else CONFIG | config)) == state


@pytest.mark.parametrize(("skew_s", "state"), [(0.1, "ok"), (-0.1, "ok"), (-1.0, "look"), (7.0, "wrong")])
def test_clocks_apart_are_found_in_both_directions(skew_s: float, state: str) -> None:
    """Ahead is as wrong as behind."""
    assert worst([findings.judge_skew("a", skew_s)]) == state


@pytest.mark.parametrize(
    ("answers", "hsts", "origin", "state"),
    [
        ({}, True, "https://chat.example", "ok"),
        ({}, False, "http://localhost:8000", "ok"),
        ({}, False, "https://chat.example", "look"),
        ({"live": (502, "")}, True, "https://chat.example", "wrong"),
        ({"metrics": (200, "")}, True, "https://chat.example", "wrong"),
        ({"socket": (403, "foreign_origin")}, True, "https://chat.example", "wrong"),
        ({"socket": (404, "not_found")}, True, "https://chat.example", "wrong"),
    ],
)
def test_a_proxy_is_judged_by_what_it_lets_through(
    answers: dict[str, tuple[int, str]], hsts: bool, origin: str, state: str
) -> None:
    """Pages, sockets and Host must arrive, metrics must not."""
    is_local = "localhost" in origin
    assert worst(findings.judge_proxy(origin, ANSWERS | answers, has_hsts=hsts, is_local=is_local)) == state


@pytest.mark.parametrize(
    ("checked", "confirmed", "state"),
    [(["2026-06-02"], 1, "ok"), (["2026-06-02"], 0, "look"), (["2024-06-02"], 1, "look"), ([None], 1, "look")],
)
def test_crisis_lines_nobody_looked_at_are_named(checked: list[str | None], confirmed: int, state: str) -> None:
    """Old, undated or unconfirmed ones are for a person to call."""
    assert worst(findings.judge_helplines(checked, confirmed, TODAY)) == state


def test_what_was_switched_off_is_found() -> None:
    """Limits off is wrong; no proof of work or a single node somebody may have decided."""
    states = [
        worst(findings.judge_settings(join_proof=proof, limits=limits, workers=workers, cores=2))
        for proof, limits, workers in ((True, True, 2), (False, True, 2), (True, False, 2), (True, True, 1))
    ]
    assert states == ["ok", "look", "wrong", "look"]
    assert worst([findings.judge_disk(10 * 1024**3)]) == "ok"
    assert worst([findings.judge_disk(1024**3)]) == "look"
    assert worst([findings.judge_disk(1024)]) == "wrong"
    assert worst([findings.judge_certificate("https://a", 60)]) == "ok"
    assert worst([findings.judge_certificate("https://a", 3)]) == "look"
    assert worst([findings.judge_origin("http://chat.example", False)]) == "wrong"


def test_functions_are_looked_at_when_some_lack_or_many_versions_are_left() -> None:
    """What others load is theirs; a few earlier versions are what an update leaves, and no trouble."""
    ours = {"alongside_room_1", "alongside_desk_1"}
    left = {f"alongside_room_{number}" for number in range(2, findings.MAX_OTHER_LIBRARIES + 2)}
    for loaded, state in ((set(), "look"), (ours | {"somebodys"}, "ok"), (ours | left, "ok")):
        assert worst([findings.judge_functions("here", loaded, ours)]) == state
    many = findings.judge_functions("here", ours | left | {"alongside_desk_2", "somebodys"}, ours)
    assert worst([many]) == "look"
    assert "alongside_desk_2" in many.do
    assert "somebodys" not in many.do
