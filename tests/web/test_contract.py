"""The contracts of docs/protocol.md, spoken to a running server from outside."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import socket
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from chatserver.client import Member, NotSent, Ticket, join
from tests.house import House

JSON = [Subprotocol("alongside.v1+json")]


def ask(
    house: House, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Make one HTTP request."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", house.port, timeout=10)) as line:
        line.request(method, path, None if body is None else json.dumps(body), headers or {})
        answer = line.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


async def test_everybody_gets_the_same_words_in_one_order_whatever_the_encoding(house: House) -> None:
    """Two encodings, two nodes, one order; the author too, who pairs `sent` and `message` by position."""
    group = house.group("Garden")
    tickets = [join(house.url, group) for _ in range(4)]
    members = [Member(t, codec) for t, codec in zip(tickets, ["json", "msgpack"] * 2, strict=True)]
    for member in members:
        await member.connect()
        await member.enter()
    positions = [await member.say(f"line {n} öß☃") for n in range(5) for member in members]
    last = await members[0].say("the last one")
    for member in members:
        async with asyncio.timeout(10):
            while member.state.pos != last:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    views = [[(e["pos"], e["text"]) for e in m.state.events if e["ev"] == "message"][-21:] for m in members]
    assert all(view == views[0] for view in views)
    assert [pos for pos, _ in views[0]] == [*positions, last]
    assert all(member.state.holes == 0 for member in members)
    for member in members:
        await member.close()


async def test_a_repeated_attempt_is_answered_with_the_first_position(house: House) -> None:
    """Trying again never doubles."""
    async with Member(join(house.url, house.group())) as member:
        await member.enter()
        first = await member.say("once", "attempt-1")
        assert await member.say("once", "attempt-1") == first
        await member.say("end")
        assert [e["text"] for e in member.state.events if e["ev"] == "message"].count("once") == 1


async def test_what_was_missed_is_given_when_a_member_resumes(house: House) -> None:
    """After a lost link the events after the position come, complete, and nothing twice."""
    group = house.group()
    async with Member(join(house.url, group)) as away, Member(join(house.url, group)) as talker:
        await away.enter()
        await talker.enter()
        before = len(away.state.events)
        await away.close()
        said = [await talker.say(f"meanwhile {n}") for n in range(30)]
        entered = await away.resume()
        assert entered["complete"] is True
        assert [event["pos"] for event in away.state.events[before:]][-30:] == said


async def test_a_message_leaves_the_record_when_its_author_takes_it_back(house: House) -> None:
    """The words are gone for whoever comes later; nobody else may take them."""
    group = house.group()
    async with Member(join(house.url, group)) as author, Member(join(house.url, group)) as other:
        await author.enter()
        await other.enter()
        pos = await author.say("words I regret")
        await other.send({"do": "take_back", "pos": pos})
        assert (await other.wait_for("error"))["code"] == "not_found"
        await other.send({"do": "react", "pos": pos, "kind": "hug", "on": True})
        assert (await author.wait_for("reaction"))["target"] == pos
        await author.send({"do": "take_back", "pos": pos})
        removed = await other.wait_for("removed")
        assert (removed["target"], removed["by"]) == (pos, "author")
        async with Member(join(house.url, group)) as late:
            entered = await late.enter()
            assert "words I regret" not in json.dumps(entered)


async def test_the_room_knows_who_is_here_over_all_nodes(house: House) -> None:
    """Presence is one list, whichever node a member is on; leaving takes the name off it and says nothing else."""
    group = house.group("Garden")
    async with Member(join(house.url, group)) as one, Member(join(house.url, group)) as two:
        await one.enter()
        await two.enter()
        names = {two.ticket.you["member"], one.ticket.you["member"]}
        async for event in one.events():
            if event["ev"] == "here" and names <= {m["member"] for m in event.get("members", [])}:
                break
        await two.send({"do": "leave"})
        async for event in one.events():
            assert event["ev"] == "here"
            if two.ticket.you["member"] not in {m["member"] for m in event.get("members", [])}:
                break
        assert two.close_code == 1000


@pytest.mark.parametrize(
    ("headers", "origin", "subprotocols", "status"),
    [
        ({}, None, JSON, 403),
        ({}, "null", JSON, 403),
        ({}, "http://elsewhere.example", JSON, 403),
        ({}, "own", JSON, 401),
        ({"Cookie": "alongside=" + "x" * 43}, "own", JSON, 401),
        ({}, "own", None, 400),
    ],
)
async def test_a_socket_is_refused_before_it_is_accepted(
    house: House, headers: dict[str, str], origin: str | None, subprotocols: list[Subprotocol] | None, status: int
) -> None:
    """Foreign, null and missing origins, no seat, no subprotocol."""
    own = house.url if origin == "own" else origin
    with pytest.raises(InvalidStatus) as caught:
        await connect(
            f"ws://127.0.0.1:{house.port}/g/{house.group()['id']}/live",
            origin=Origin(own) if own else None,
            additional_headers=headers,
            subprotocols=subprotocols,
            proxy=None,
        )
    assert caught.value.response.status_code == status
    assert "content-security-policy" in caught.value.response.headers


async def test_bad_input_gets_a_clear_error_and_the_session_goes_on(house: House) -> None:
    """Every wrong frame is answered; the next good one works."""
    async with Member(join(house.url, house.group())) as member:
        await member.enter()
        await member.send({"do": "say", "id": "long", "text": "x" * 4001})
        assert (await member.wait_for("not_sent"))["code"] == "too_long"
        await member.send({"do": "say", "id": "odd", "text": "x", "colour": "red"})
        assert (await member.wait_for("not_sent"))["code"] == "unknown_field"
        await member.send({"do": "fly"})
        assert (await member.wait_for("error"))["code"] == "unknown_act"
        await member.send({"do": "react", "pos": "abc.1-0", "kind": "hug", "on": True})
        assert (await member.wait_for("error"))["code"] == "not_found"
        assert await member.say("still here")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\x82\xfe\x40\x01" + b"\0" * 4, 1009),
        (b"\x81\x81\0\0\0\0\xff", 1007),
        (b"\x82\x81\0\0\0\0x", 1003),
        (b"\x83\x80\0\0\0\0", 1002),
    ],
)
async def test_the_socket_closes_with_its_code_when_a_frame_is_broken(house: House, raw: bytes, code: int) -> None:
    """Too large, bad UTF-8, the wrong kind of frame, an unknown opcode."""
    ticket = join(house.url, house.group())
    assert await close_code_after(house, ticket, raw) == code


async def test_the_socket_closes_when_no_enter_comes(house: House) -> None:
    """Whoever says nothing for five seconds is let go."""
    assert await close_code_after(house, join(house.url, house.group()), b"") == 4002


async def close_code_after(house: House, ticket: Ticket, raw: bytes) -> int:
    """Shake hands by hand, send bytes, and give the code of the close frame."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(
        f"GET /g/{ticket.group}/live HTTP/1.1\r\nHost: 127.0.0.1:{house.port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nOrigin: {house.url}\r\n"
        f"Cookie: {ticket.cookie}\r\nSec-WebSocket-Protocol: alongside.v1+json\r\n\r\n".encode()
    )
    async with asyncio.timeout(15):
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
        writer.write(raw)
        head = await reader.readexactly(4)
    writer.close()
    assert head[0] == 0x88
    return int.from_bytes(head[2:4], "big")


@pytest.mark.parametrize(
    "path", ["/", "/api/groups", "/nowhere", "/static/js/room.js", "/static/../pyproject.toml", "/health/ready"]
)
def test_every_answer_carries_the_security_headers(house: House, path: str) -> None:
    """Pages, errors and files alike; nothing outside the folder is served."""
    status, headers, body = ask(house, "GET", path)
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers
    assert (status == 404) == (path in ("/nowhere", "/static/../pyproject.toml"))
    assert b"[project]" not in body


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        ({"agreed": "old", "remember": False, "proof": None}, {}, 409, "agreement_changed"),
        ({"agreed": "old", "extra": 1}, {}, 400, "bad_request"),
        ([1], {}, 400, "bad_request"),
        ({"agreed": "x" * 20_000}, {}, 413, "too_large"),
        ({"agreed": "old"}, {"Origin": "http://elsewhere.example"}, 403, "foreign_origin"),
        ({"agreed": "old"}, {"Origin": "null"}, 403, "foreign_origin"),
        ({"agreed": "old"}, {"Sec-Fetch-Site": "cross-site"}, 403, "foreign_origin"),
    ],
)
def test_joining_is_refused_with_its_code(
    house: House, body: Any, headers: dict[str, str], status: int, code: str
) -> None:
    """Each refusal says why."""
    got, _, raw = ask(house, "POST", f"/g/{house.group()['id']}/join", body, headers)
    assert (got, json.loads(raw)["error"]["code"]) == (status, code)


def test_the_cookie_names_one_group_alone_and_ends_with_the_session(house: House) -> None:
    """HttpOnly, SameSite=Strict, one path; exit deletes it and frees the seat."""
    group = house.group()
    body = {"agreed": group["agreement"]["version"], "remember": False, "proof": None}
    _, headers, _ = ask(house, "POST", f"/g/{group['id']}/join", body)
    cookie = headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", f"Path=/g/{group['id']}"))
    assert "Max-Age" not in cookie
    assert len(cookie.partition("=")[2].partition(";")[0]) == 43
    own = {"Cookie": cookie.partition(";")[0]}
    _, _, raw = ask(house, "GET", f"/g/{group['id']}/me", headers=own)
    assert json.loads(raw)["you"]["handle"]
    status, headers, _ = ask(house, "POST", f"/g/{group['id']}/exit", headers=own)
    assert status == 204
    assert "storage" in headers["clear-site-data"]
    _, _, raw = ask(house, "GET", f"/g/{group['id']}/me", headers=own)
    assert json.loads(raw) == {"you": None}


async def test_a_hundred_idle_sockets_that_never_shake_hands_hurt_nobody(house: House) -> None:
    """Half-open connections take nothing from members."""
    idle = [socket.create_connection(("127.0.0.1", house.port)) for _ in range(100)]
    async with Member(join(house.url, house.group())) as member:
        await member.enter()
        assert await member.say("calm")
    for line in idle:
        line.close()


async def test_a_flood_is_told_to_wait_and_a_reconnect_refills_nothing(tmp_path: Any) -> None:
    """The token bucket belongs to the member."""
    house = House(tmp_path, "--join-proof", "off").start()
    try:
        ticket = join(house.url, house.group())
        refused = 0
        for _ in range(3):
            async with Member(ticket) as member:
                await member.enter()
                for n in range(5):
                    try:
                        await member.say(f"{n}")
                    except NotSent as fault:
                        refused += 1
                        assert fault.code == "too_fast"
                        assert fault.retry_after_s
        assert refused >= 4
    finally:
        house.stop()


def test_joining_costs_a_proof_once_when_it_is_asked_for(tmp_path: Any) -> None:
    """No proof, a foreign proof and a spent proof are refused; a fresh one lets in."""
    import altcha

    house = House(tmp_path).start()
    try:
        group, other = house.group("Porch"), house.group("Garden")
        assert join(house.url, group, with_proof=True).you["handle"]
        challenge = altcha.Challenge.from_dict(house.get(f"/g/{group['id']}/challenge"))
        solution = altcha.solve_challenge(challenge)
        assert solution is not None
        proof = altcha.Payload(challenge, solution).to_base64()
        codes = []
        for place, sent in (
            (group, None),
            (group, "AAAA"),
            (group, {"challenge": 1}),
            (other, proof),
            (group, proof),
            (group, proof),
        ):
            body = {"agreed": place["agreement"]["version"], "proof": sent}
            status, _, raw = ask(house, "POST", f"/g/{place['id']}/join", body)
            codes.append("in" if status == 200 else json.loads(raw)["error"]["code"])
        assert codes == ["proof_needed", "proof_wrong", "proof_wrong", "proof_wrong", "in", "proof_spent"]
    finally:
        house.stop()


async def test_a_page_can_see_that_it_is_an_old_one(house: House) -> None:
    """The page's build, what `entered` says and what /api/pages says are one; every socket's subprotocol is named."""
    group = house.group()
    _, headers, raw = ask(house, "GET", "/api/pages")
    pages = json.loads(raw)
    assert headers["cache-control"] == "no-store"
    assert pages["speaks"] == ["alongside.v1+json", "alongside.v1+msgpack", "alongside.desk.v1+json"]
    for path in ("/", f"/g/{group['id']}", "/desk", "/ops"):
        _, _, page = ask(house, "GET", path)
        assert f'<meta name="build" content="{pages["build"]}">'.encode() in page, path
    for codec in ("json", "msgpack"):
        async with Member(join(house.url, group), codec) as member:
            assert (await member.enter())["build"] == pages["build"]
