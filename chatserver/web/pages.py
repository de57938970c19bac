"""The pages and their parts, read into memory at the start.

Promises: nothing outside the folder is ever served, and no browser keeps any of it: who looks through the phone of
somebody who was here finds no page of ours in its cache (a room's is some 150 KB, sent again each time). The wheel
carries the folder inside the package, the checkout beside it. Every page is told its build, so that it can see after a
deploy that it is an old one.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chatserver.core.codec import CODECS
from chatserver.core.groups import Group
from chatserver.web.errors import HttpFault

_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}
_BUILD = b'<meta name="build" content="">'  # in every page; filled in when it is read


@dataclass(frozen=True, slots=True, repr=False)
class _File:
    content: bytes
    kind: str


def static_root() -> Path:
    """Give the folder of the pages. Raises: FileNotFoundError when the installation is broken."""
    package = Path(str(files("chatserver")))
    for folder in (package / "static", package.parent / "static"):
        if (folder / "index.html").is_file():
            return folder
    raise FileNotFoundError("static/index.html")


def _read(root: Path) -> dict[str, _File]:
    found = {}
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            content = path.read_bytes()
            kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            found[path.relative_to(root).as_posix()] = _File(content, kind)
    return found


def build_of(files: Mapping[str, bytes]) -> str:
    """Give the name of this version of the pages: the same on every machine for the same files, another for others."""
    sums = (f"{name} {hashlib.sha256(content).hexdigest()}\n" for name, content in sorted(files.items()))
    return hashlib.sha256("".join(sums).encode()).hexdigest()[:12]


class Pages:
    """Serves `/`, `/g/{id}`, `/desk`, `/ops`, `/static/...`, and `/api/pages`: what build they are of, what is spoken.

    `build`: the name of this version of the pages.
    """

    def __init__(self, groups: tuple[Group, ...], speaks: tuple[str, ...] = (), root: Path | None = None) -> None:
        files = _read(root or static_root())
        self.build = build_of({name: file.content for name, file in files.items()})
        told = b'<meta name="build" content="%b">' % self.build.encode()
        self._files = {
            name: _File(file.content.replace(_BUILD, told), file.kind) if name.endswith(".html") else file
            for name, file in files.items()
        }
        self._groups = {group.id for group in groups}
        self._speaks = [*CODECS, *speaks]

    def routes(self) -> list[Route]:
        """Give the routes."""
        return [
            Route("/", self._directory),
            Route("/g/{group}", self._group),
            Route("/desk", self._desk),
            Route("/ops", self._ops),
            Route("/api/pages", self._told),
            Route("/static/{path:path}", self._static),
        ]

    async def _directory(self, request: Request) -> Response:
        return self._answer("index.html")

    async def _group(self, request: Request) -> Response:
        if request.path_params["group"] not in self._groups:
            raise HttpFault(404, "not_found", "There is no such group.")
        return self._answer("group.html")

    async def _desk(self, request: Request) -> Response:
        return self._answer("desk.html")

    async def _ops(self, request: Request) -> Response:
        return self._answer("ops.html")

    async def _told(self, request: Request) -> Response:
        return JSONResponse({"build": self.build, "speaks": self._speaks})

    async def _static(self, request: Request) -> Response:
        return self._answer(request.path_params["path"])

    def _answer(self, name: str) -> Response:
        file = self._files.get(name)
        if file is None:
            raise HttpFault(404, "not_found", "There is nothing here.")
        return Response(file.content, media_type=file.kind)
