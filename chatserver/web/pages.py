"""The pages and their parts, read into memory at the start.

Promises: nothing outside the folder is ever served, and no browser keeps any of it: who looks through the phone of
somebody who was here finds no page of ours in its cache (a room's is some 150 KB, sent again each time). The wheel
carries the folder inside the package, the checkout beside it.
"""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chatserver.core.groups import Group
from chatserver.web.errors import HttpFault

_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}


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


class Pages:
    """Serves `/`, `/g/{id}`, `/desk`, `/ops` and `/static/...`."""

    def __init__(self, groups: tuple[Group, ...], root: Path | None = None) -> None:
        self._files = _read(root or static_root())
        self._groups = {group.id for group in groups}

    def routes(self) -> list[Route]:
        """Give the routes."""
        return [
            Route("/", self._directory),
            Route("/g/{group}", self._group),
            Route("/desk", self._desk),
            Route("/ops", self._ops),
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

    async def _static(self, request: Request) -> Response:
        return self._answer(request.path_params["path"])

    def _answer(self, name: str) -> Response:
        file = self._files.get(name)
        if file is None:
            raise HttpFault(404, "not_found", "There is nothing here.")
        return Response(file.content, media_type=file.kind)
