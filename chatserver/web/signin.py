"""How moderators come in: a one-time link, a passkey (WebAuthn, by the library `webauthn`), a session of one shift.

Promises: an invitation opens nothing but the registering of a passkey; a passkey needs its person (user verification),
not only the device; every refusal is one of docs/desk.md's codes and says nothing about which accounts exist. The token
of a link travels in a body, never in a URL a server sees. Knows no case and no room.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import webauthn
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from chatserver.core.moderators import Passkey, Scope, Visit
from chatserver.store.audit import Audit
from chatserver.store.duty import Duty
from chatserver.store.moderators import SESSION_S, Ceremony, Moderators
from chatserver.web.errors import HttpFault
from chatserver.web.origin import needs_tls, secret_of
from chatserver.web.requests import read_fields, refuse_foreign

COOKIE = "desk"
_PATH = "/desk"
_PATHS = (_PATH, "/ops")  # each gets the cookie, and nothing a member asks for does
_SELECTION = AuthenticatorSelectionCriteria(
    resident_key=ResidentKeyRequirement.REQUIRED,  # so that nobody types a name, and none can be guessed
    user_verification=UserVerificationRequirement.REQUIRED,
)

Handler = Callable[[Request], Awaitable[Response]]


class SignIn:
    """The moderators' way in, and who is in."""

    def __init__(self, moderators: Moderators, duty: Duty, audit: Audit, origins: tuple[str, ...]) -> None:
        self._moderators, self._duty, self._audit, self._origins = moderators, duty, audit, origins

    def routes(self) -> list[Route]:
        """Give the routes."""
        posts: dict[str, Handler] = {
            "link": self._link,
            "signin/options": self._signin_options,
            "signin": self._signin,
            "signout": self._signout,
            "passkey/options": self._passkey_options,
            "passkey": self._passkey,
        }
        return [
            Route(_PATH + "/api/me", self._me),
            *(Route(f"{_PATH}/api/{path}", handler, methods=["POST"]) for path, handler in posts.items()),
        ]

    async def visit(self, request: Request) -> Visit:
        """Give whose session a request belongs to. Raises: HttpFault 401 or 403, StoreUnavailable."""
        visit = await self._look(request)
        if visit is None:
            raise HttpFault(401, "not_signed_in", "Please sign in.")
        return visit

    async def _look(self, request: Request) -> Visit | None:
        refuse_foreign(request, self._origins)
        token = secret_of(request.headers.getlist("cookie"), COOKIE)
        return await self._moderators.session(token) if token else None

    async def _me(self, request: Request) -> Response:
        visit = await self._look(request)
        if visit is None:
            return JSONResponse({"you": None})
        account = visit.account
        keys = [key for key in (await self._moderators.passkeys()).values() if key.account == account.id]
        said = {"name": account.name, "role": account.role.value, "groups": sorted(account.groups)}
        return JSONResponse({"you": {**said, "scope": visit.scope.value, "passkeys": len(keys)}})

    async def _link(self, request: Request) -> Response:
        fields = await self._fields(request, token=str)
        visit = await self._moderators.redeem_link(fields["token"])
        if visit is None:
            raise HttpFault(403, "link_spent", "This link has been used, or is too old. Please ask for a new one.")
        await self._audit.append(visit.account.id, "link.used", visit.account.id, after={"scope": visit.scope.value})
        return await self._signed_in(request, visit)

    async def _passkey_options(self, request: Request) -> Response:
        account = (await self.visit(request)).account
        known = await self._moderators.passkeys()
        options = webauthn.generate_registration_options(
            rp_id=_rp_id(request),
            rp_name="Alongside",
            user_name=account.name,
            user_id=account.id.encode(),
            authenticator_selection=_SELECTION,
            exclude_credentials=[
                PublicKeyCredentialDescriptor(base64url_to_bytes(credential))
                for credential, key in known.items()
                if key.account == account.id
            ],
        )
        name = await self._moderators.begin(options.challenge, account.id)
        return JSONResponse({"ceremony": name, "options": json.loads(webauthn.options_to_json(options))})

    async def _passkey(self, request: Request) -> Response:
        visit = await self.visit(request)
        fields = await self._fields(request, ceremony=str, credential=dict)
        ceremony = await self._ceremony(fields["ceremony"])
        if ceremony.account != visit.account.id:
            raise _not_accepted()
        try:
            made = webauthn.verify_registration_response(
                credential=fields["credential"],
                expected_challenge=ceremony.challenge,
                expected_rp_id=_rp_id(request),
                expected_origin=_origin(request),
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError):  # the library's edge: anything may be in there
            raise _not_accepted() from None
        passkey = Passkey(visit.account.id, made.credential_public_key, made.sign_count)
        await self._moderators.keep_passkey(bytes_to_base64url(made.credential_id), passkey)
        await self._audit.append(visit.account.id, "passkey.registered", visit.account.id)
        return await self._signed_in(request, Visit(visit.account, Scope.FULL))

    async def _signin_options(self, request: Request) -> Response:
        refuse_foreign(request, self._origins)
        options = webauthn.generate_authentication_options(
            rp_id=_rp_id(request), user_verification=UserVerificationRequirement.REQUIRED
        )
        name = await self._moderators.begin(options.challenge, None)
        return JSONResponse({"ceremony": name, "options": json.loads(webauthn.options_to_json(options))})

    async def _signin(self, request: Request) -> Response:
        fields = await self._fields(request, ceremony=str, credential=dict)
        ceremony = await self._ceremony(fields["ceremony"])
        credential = fields["credential"].get("id")
        known = await self._moderators.passkey(credential) if isinstance(credential, str) else None
        account = await self._moderators.find(known.account) if known else None
        if known is None or account is None or ceremony.account is not None:
            raise _not_accepted()
        try:
            verified = webauthn.verify_authentication_response(
                credential=fields["credential"],
                expected_challenge=ceremony.challenge,
                expected_rp_id=_rp_id(request),
                expected_origin=_origin(request),
                credential_public_key=known.public_key,
                credential_current_sign_count=known.sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError):  # as above
            raise _not_accepted() from None
        counted = Passkey(account.id, known.public_key, verified.new_sign_count)
        await self._moderators.keep_passkey(credential, counted)
        await self._audit.append(account.id, "signed_in", account.id)
        return await self._signed_in(request, Visit(account, Scope.FULL))

    async def _signout(self, request: Request) -> Response:
        refuse_foreign(request, self._origins)
        token = secret_of(request.headers.getlist("cookie"), COOKIE)
        if token is not None:
            if (visit := await self._moderators.session(token)) is not None:
                await self._duty.end(visit.account.id)
            await self._moderators.end_session(token)
        response = Response(status_code=204)
        _set_cookie(request, response, "", 0)
        return response

    async def _signed_in(self, request: Request, visit: Visit) -> Response:
        """Opens a new session; the one the request came with ends, so that no token outgrows its scope."""
        before = secret_of(request.headers.getlist("cookie"), COOKIE)
        if before is not None:
            await self._moderators.end_session(before)
        token = await self._moderators.open_session(visit.account.id, visit.scope)
        response = JSONResponse({"you": {"role": visit.account.role.value, "scope": visit.scope.value}})
        _set_cookie(request, response, token, SESSION_S)
        return response

    async def _ceremony(self, name: str) -> Ceremony:
        ceremony = await self._moderators.finish(name)
        if ceremony is None:
            raise HttpFault(403, "too_late", "That took too long. Please try again.")
        return ceremony

    async def _fields(self, request: Request, **kinds: type) -> dict[str, Any]:
        """Reads a body that has exactly these fields, of these kinds."""
        refuse_foreign(request, self._origins)
        return await read_fields(request, **kinds)


def _not_accepted() -> HttpFault:
    return HttpFault(403, "not_accepted", "This passkey was not accepted.")


def _origin(request: Request) -> str:
    """Gives the page's origin, checked before; a program that sends none cannot hold a passkey of this origin."""
    return request.headers.get("origin", "")


def _rp_id(request: Request) -> str:
    return urlsplit("//" + request.headers.get("host", "")).hostname or ""


def _set_cookie(request: Request, response: Response, token: str, max_age_s: int) -> None:
    for path in _PATHS:
        response.set_cookie(
            COOKIE,
            token,
            max_age=max_age_s,
            path=path,
            secure=needs_tls(request.headers.get("origin"), request.headers.get("host")),
            httponly=True,
            samesite="strict",
        )
