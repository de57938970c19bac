"""Danger that nobody has is called out whatever dies: a real house, a real receiver, nodes killed in between."""

from __future__ import annotations

import contextlib
import os
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chatserver.core.moderators import Role
from tests.house import House, kill
from tests.receiver import Receiver, receiving
from tests.web.desks import Caller, audit, open_danger, sign_in

DEADLINE_S = 60
OLD_MS = 181_000
SECRET = "invented-secret-of-a-test"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Whoever is on call."""
    with receiving() as running:
        yield running


@pytest.fixture
def paging_house(tmp_path: Path, receiver: Receiver) -> Iterator[House]:
    """Two nodes that call the receiver."""
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    options = ("--workers", "2", "--oncall-url", receiver.url + "hush-hook", "--oncall-secret-file", str(secret))
    running = House(tmp_path, "--join-proof", "off", "--limits", "off", *options).start()
    yield running
    running.stop()


def holder_of(port: int, pids: list[int]) -> int:
    """Give the process whose socket has this port (Linux)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inode = next(row[9] for row in rows if int(row[1].partition(":")[2], 16) == port and row[9] != "0")
    for pid in pids:
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if os.readlink(handle) == f"socket:[{inode}]":
                    return pid
    raise AssertionError("nobody's")


def entries(house: House, case: str) -> list[str]:
    """Give what the log says was done about a case by itself; nothing while it cannot be read."""
    if not house.is_ready():
        return []
    return [entry["act"] for entry in audit(house) if entry.get("case") == case and entry["who"] == "house"]


def until(house: House, case: str, act: str) -> list[str]:
    """Wait for an entry of the log; give them all."""
    deadline = time.monotonic() + DEADLINE_S
    while act not in (found := entries(house, case)):
        assert time.monotonic() < deadline, found
    return found


def alarms(caller: Caller) -> Any:
    """Give what the desk shows as failing."""
    return caller.ok("cases")["alarms"]


def test_on_call_is_called_once_for_each_case_without_words(paging_house: House, receiver: Receiver) -> None:
    """Of two nodes one calls; no text, no handle; what is younger, claimed or no danger is not called out."""
    lea = sign_in(paging_house, "Lea", Role.LEAD, set())
    open_danger(paging_house, "young", 1_000)
    open_danger(paging_house, "taken", 1_000)
    lea.ok("cases/taken/claim", {})
    open_danger(paging_house, "old", OLD_MS, level="red")
    came = receiver.next()
    fields = came.fields
    assert fields.keys() == {"event", "case", "group", "level", "age_s", "sent_at"}
    assert (fields["event"], fields["case"], fields["group"], fields["level"]) == (
        "unclaimed_danger",
        "old",
        "porch",
        "red",
    )
    assert 181 <= fields["age_s"] < 181 + DEADLINE_S
    assert came.headers["webhook-signature"].startswith("v1,")
    assert until(paging_house, "old", "oncall.called") == ["case.paged", "oncall.called"]
    open_danger(paging_house, "next", OLD_MS)
    assert receiver.next().fields["case"] == "next"
    until(paging_house, "next", "oncall.called")
    assert receiver.came.empty()
    assert entries(paging_house, "young") == entries(paging_house, "taken") == []
    assert alarms(lea) == []
    assert "hush" not in paging_house.log.read_text()


def test_a_node_killed_in_the_middle_of_a_call_is_followed_by_another(paging_house: House, receiver: Receiver) -> None:
    """At least once, under the same name, so that the receiver can drop the repeat; leads are paged once."""
    receiver.answer = lambda _: None
    open_danger(paging_house, "old", OLD_MS)
    first = receiver.next()
    receiver.answer = lambda _: 204
    kill(holder_of(first.port, paging_house.nodes()))
    second = receiver.next()
    assert second.headers["webhook-id"] == first.headers["webhook-id"]
    assert second.fields["case"] == "old"
    assert until(paging_house, "old", "oncall.called") == ["case.paged", "oncall.called"]
    assert receiver.came.empty()


def test_a_failing_webhook_is_tried_again_and_shown_until_it_works(paging_house: House, receiver: Receiver) -> None:
    """Over the death of every node in between: what was tried is not forgotten."""
    lea = sign_in(paging_house, "Lea", Role.LEAD, set())
    receiver.answer = lambda _: 503
    open_danger(paging_house, "old", OLD_MS)
    first = receiver.next()
    assert receiver.next().headers["webhook-id"] == first.headers["webhook-id"]
    deadline = time.monotonic() + DEADLINE_S
    while not (shown := alarms(lea)):
        assert time.monotonic() < deadline
    assert (shown[0]["name"], shown[0]["why"]) == ("oncall", "status 503")
    assert shown[0]["failures"] >= 1
    counted = urllib.request.urlopen(paging_house.url + "/metrics", timeout=5).read().decode()
    series = [line for line in counted.splitlines() if line.startswith("alongside_webhook_failures_total")]
    assert sum(float(line.split()[-1]) for line in series) >= 1
    for pid in paging_house.nodes():
        kill(pid)
    receiver.answer = lambda _: 204
    assert receiver.next().headers["webhook-id"] == first.headers["webhook-id"]
    until(paging_house, "old", "oncall.called")
    while not paging_house.is_ready():
        assert time.monotonic() < deadline + DEADLINE_S
    assert alarms(lea) == []


def test_a_killed_valkey_forgets_neither_what_is_due_nor_what_was_tried(
    paging_house: House, receiver: Receiver
) -> None:
    """The call comes when it is back, under the same name; leads are paged once."""
    receiver.answer = lambda _: 503
    open_danger(paging_house, "old", OLD_MS)
    first = receiver.next()
    receiver.next()  # its failure has been kept before this try
    kill(paging_house.valkey())
    receiver.answer = lambda _: 204
    again = receiver.next()
    assert again.headers["webhook-id"] == first.headers["webhook-id"]
    assert until(paging_house, "old", "oncall.called").count("case.paged") == 1
