"""The moderators' HTTP, as nobody, as a member, and from a foreign page: refused, and nothing changed."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from chatserver.client import join
from tests.house import House

POSTS = {
    "link": {"token": "x" * 43},
    "signin": {"ceremony": "x", "credential": {}},
    "passkey/options": {},
    "passkey": {"ceremony": "x", "credential": {}},
}


def post(house: House, path: str, body: object, **headers: str) -> tuple[int, Any]:
    """Ask the desk; give status and answer."""
    request = urllib.request.Request(f"{house.desk_url}/api/{path}", json.dumps(body).encode(), method="POST")
    for name, value in headers.items():
        request.add_header(name, value)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as fault:
        return fault.code, json.loads(fault.read())


@pytest.mark.parametrize("path", POSTS)
def test_nobody_and_no_member_passes(house: House, path: str) -> None:
    """A member's cookie is no moderator's, whatever it is called."""
    secret = join(house.url, house.group()).cookie.partition("=")[2]
    for cookie in ("", f"alongside={secret}", f"desk={secret}", "desk=short"):
        status, answer = post(house, path, POSTS[path], Cookie=cookie)
        assert status in (401, 403), (cookie, answer)
        assert answer["error"]["code"] in ("not_signed_in", "link_spent", "too_late")


@pytest.mark.parametrize("path", [*POSTS, "signin/options", "signout"])
@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
def test_a_foreign_page_is_refused_before_anything_happens(house: House, path: str, origin: str) -> None:
    """Even with a good link in hand, which is then still good."""
    status, answer = post(house, path, POSTS.get(path, {}), Origin=origin)
    assert (status, answer["error"]["code"]) == (403, "foreign_origin")


@pytest.mark.parametrize("body", [[], {}, {"token": 1}, {"token": "x", "more": 1}, {"token": None}])
def test_a_body_of_another_form_is_refused(house: House, body: object) -> None:
    """One clear sentence."""
    status, answer = post(house, "link", body)
    assert (status, answer["error"]["code"]) == (400, "bad_request")


def test_an_invitation_opens_nothing_but_the_registering(house: House) -> None:
    """Its session names its scope, and garbage in place of a passkey is not accepted."""
    token = house.run("moderators", "invite", "Cleo", "--role", "moderator").partition("#")[2]
    request = urllib.request.Request(f"{house.desk_url}/api/link", json.dumps({"token": token}).encode(), method="POST")
    with urllib.request.urlopen(request) as answer:
        cookie = answer.headers["set-cookie"]
        assert json.load(answer) == {"you": {"role": "moderator", "scope": "enrol"}}
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/desk" in cookie
    session = {"Cookie": cookie.partition(";")[0]}
    _, made = post(house, "passkey/options", {}, **session)
    assert made["options"]["authenticatorSelection"]["userVerification"] == "required"
    body = {"ceremony": made["ceremony"], "credential": {"id": "x", "rawId": "x", "response": {}, "type": "public-key"}}
    assert post(house, "passkey", body, **session)[1]["error"]["code"] == "not_accepted"
    assert post(house, "passkey", body, **session)[1]["error"]["code"] == "too_late"


def test_what_was_done_stands_in_the_log_and_the_log_is_whole(house: House) -> None:
    """Invited, used, revoked, by whom; and whoever reads it learns no token."""
    token = house.run("moderators", "invite", "Dora", "--role", "ops").partition("#")[2]
    assert post(house, "link", {"token": token})[0] == 200
    house.run("moderators", "revoke", "Dora")
    shown = [json.loads(line) for line in house.run("audit", "show").splitlines()]
    account = shown[-1]["about"]
    mine = [(entry["who"], entry["act"]) for entry in shown if entry["about"] == account]
    assert mine == [("machine", "account.invited"), (account, "link.used"), ("machine", "account.revoked")]
    assert token not in json.dumps(shown)
    assert "as they were written" in house.run("audit", "verify")
