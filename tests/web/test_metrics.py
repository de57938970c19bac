"""`/metrics` of a running house: right with several nodes, whichever dies, and nothing for strangers."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from chatserver.client import Member, join
from chatserver.core.errors import OperatorFault
from chatserver.core.metrics import OF_HOUSE, OF_MACHINE, OF_NODES, OF_SCRAPE, PREFIX
from chatserver.core.moderators import Role
from chatserver.keyfile import read_token
from tests.house import House, kill
from tests.scrape import Scrape, scrape, scrape_until
from tests.web.desks import sign_in


def status(house: House, **headers: str) -> int:
    """Give how a scrape with these headers is answered."""
    asked = urllib.request.Request(house.url + "/metrics", headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urllib.request.urlopen(asked, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as fault:
        return fault.code


async def test_what_happened_is_counted_once_over_all_nodes_when_people_talk(own_house: House) -> None:
    """Joins, messages by outcome, reviews, cases and their claims, resumes, closes: every message has every time."""
    ticket = join(own_house.url, own_house.group())
    async with Member(ticket) as member:
        await member.enter()
        for number in range(5):
            await member.say(f"line {number}")
        await member.say("i want to kill myself tonight")
        await member.send({"do": "say", "id": "x", "text": ""})
        await member.wait_for("not_sent")
    async with Member(ticket) as again:
        again.state.pos = member.state.pos
        await again.enter()
        seen = await asyncio.to_thread(
            scrape_until, own_house, lambda told: told.sum("alongside_cases_waiting", level="crisis") == 1
        )
    bea = await asyncio.to_thread(sign_in, own_house, "Bea", Role.MODERATOR, {"porch"})
    case = bea.wait_for_case(level="crisis")
    for _ in range(2):
        bea.ok(f"cases/{case['id']}/claim", {})
    told = scrape_until(own_house, lambda told: told.sum("alongside_node_answers") == 2)
    assert seen.sum("alongside_sockets") == 1
    assert told.sum("alongside_joins_total", outcome="seated") == 1
    assert told.sum("alongside_messages_total", outcome="sent") == 6
    assert told.sum("alongside_messages_total", outcome="refused") == 1
    assert told.sum("alongside_accept_to_acknowledge_seconds_count") == 6
    assert told.sum("alongside_accept_to_write_seconds_count") == 6
    assert told.sum("alongside_reviews_total") == told.sum("alongside_review_seconds_count") == 6
    assert told.sum("alongside_reviews_total", level="crisis") == 1
    assert told.sum("alongside_cases_opened_total") == 1
    assert told.sum("alongside_case_claim_seconds_count", level="crisis") == 1
    assert told.sum("alongside_resumes_total", outcome="whole") == 1
    assert told.sum("alongside_pipeline_seconds_count") > 6
    assert told.sum("alongside_nodes_wanted") == 2


def test_every_metric_of_the_table_is_there_and_no_label_is_anybodys(house: House) -> None:
    """Names as the table says, labels of its closed vocabulary, and a node's number."""
    told = scrape(house)
    for metric in OF_NODES + OF_MACHINE + OF_HOUSE + OF_SCRAPE:
        assert any(name.startswith(PREFIX + metric.name) for name in told.names), metric.name
    allowed = {metric.label: set(metric.values) for metric in OF_NODES + OF_HOUSE if metric.label} | {
        "node": {"0", "1"},
    }
    outcomes = {value for metric in OF_NODES + OF_MACHINE if metric.label == "outcome" for value in metric.values}
    for _, labels in told.samples:
        for name, value in labels:
            assert name == "le" or value in (outcomes if name == "outcome" else allowed[name])


def test_a_node_that_died_leaves_no_gauge_and_breaks_no_counter(own_house: House) -> None:
    """Its series begin anew under the same number; the other's go on; the machine says that one died."""
    scrape_until(own_house, lambda told: told.sum("alongside_node_answers") == 2)
    pids = own_house.nodes()
    before = scrape(own_house)
    kill(pids[0])
    after = scrape_until(own_house, lambda told: told.sum("alongside_node_deaths_total") == 1)
    after = scrape_until(own_house, lambda told: told.sum("alongside_node_answers") == 2)
    started = {n: before.sum("alongside_started_seconds", node=n) for n in "01"}
    again = {n: after.sum("alongside_started_seconds", node=n) for n in "01"}
    assert sorted(again[n] == started[n] for n in "01") == [False, True]


def test_a_node_that_hangs_is_missing_and_said_to_be(own_house: House) -> None:
    """A stopped process is answered for by another, which says which one is silent."""
    scrape_until(own_house, lambda told: told.sum("alongside_node_answers") == 2)
    pid = own_house.nodes()[0]
    os.kill(pid, signal.SIGSTOP)
    try:
        silent = _scrape_past_the_stopped(own_house)
    finally:
        os.kill(pid, signal.SIGCONT)
    numbers = {dict(labels)["node"] for name, labels in silent.samples if name == "alongside_sockets"}
    assert silent.sum("alongside_node_answers") == len(numbers) == 1


def _scrape_past_the_stopped(house: House) -> Scrape:
    """The kernel may give a connection to the stopped node: asked again until the other one takes it."""
    for _ in range(30):
        try:
            return scrape(house)
        except OSError:
            continue
    raise AssertionError("nobody answers")


def test_a_stranger_gets_nothing_when_asking_through_a_proxy(house: House) -> None:
    """What a proxy passes on for somebody is answered as a path that leads nowhere."""
    assert status(house) == 200
    for header in ("X_Forwarded_For", "Forwarded", "Via", "X_Real_IP"):
        assert status(house, **{header: "203.0.113.7"}) == 404


def test_a_stranger_gets_nothing_when_there_is_a_token(tmp_path: Path) -> None:
    """With a token only who sends it is answered, wherever the question comes from."""
    token = tmp_path / "token"
    token.write_text("a-token-of-this-test\n")
    token.chmod(0o600)
    house = House(tmp_path, "--metrics-token", str(token)).start()
    try:
        assert status(house) == status(house, Authorization="Bearer wrong") == 404
        assert status(house, Authorization="Bearer a-token-of-this-test", X_Forwarded_For="203.0.113.7") == 200
    finally:
        house.stop()


def test_a_token_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """As with the key."""
    (tmp_path / "token").write_text("a-token-of-this-test")
    (tmp_path / "token").chmod(0o644)
    with pytest.raises(OperatorFault, match=re.escape("chmod 600")):
        read_token(tmp_path / "token")
