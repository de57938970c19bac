"""Security headers on every answer, whoever made it: pages, errors, refused sockets.

Promises: no page of ours can load, send or frame anything of anybody else's; no browser or proxy
keeps an answer. Knows nothing of what is answered.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types alongside",
    )
)

_DENIED = (
    "accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera", "display-capture", "encrypted-media",
    "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer",
    "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-create",
    "publickey-credentials-get", "screen-wake-lock", "serial", "usb", "web-share", "xr-spatial-tracking",
)  # fmt: skip

HEADERS = {
    "Content-Security-Policy": CSP,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _DENIED),
}
# The desk alone may ask for a passkey.
DESK_PERMISSIONS = HEADERS["Permissions-Policy"].replace("create=()", "create=(self)").replace("get=()", "get=(self)")


class SecurityHeaders:
    """ASGI middleware; the outermost one.

    `hsts_s`: for how many seconds browsers shall come by TLS only; 0 says nothing. It is the operator's word that a
    proxy ends TLS before us: what a request's own headers say of that (X-Forwarded-Proto) anybody may write.
    """

    def __init__(self, app: ASGIApp, hsts_s: int = 0) -> None:
        self._app = app
        self._headers = dict(HEADERS)
        if hsts_s:
            self._headers["Strict-Transport-Security"] = f"max-age={hsts_s}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, with headers."""
        is_desk = scope.get("path") == "/desk"

        async def send_with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                if is_desk:
                    headers["Permissions-Policy"] = DESK_PERMISSIONS
            await send(message)

        await self._app(scope, receive, send_with_headers)
