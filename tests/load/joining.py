"""Members for our server: joins over HTTP, as the page does, and the file that tells the load program their cookies.

Joins of `seat_in_order` are answered one after the other on one connection, so that the first `seats` of them share a
room, the next `seats` the second, and so on. Knows no scene.
"""

from __future__ import annotations

import asyncio
import json
import re
import urllib.request
from dataclasses import dataclass
from pathlib import Path

PIPELINED = 32  # requests written ahead on one connection; answered in order
_COOKIE = re.compile(rb"set-cookie: ([^;\r]+)", re.IGNORECASE)
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bench:
    """The one group of the benched server."""

    port: int
    id: str
    version: str

    @property
    def request(self) -> bytes:
        """Give one join as it goes over the line."""
        body = json.dumps({"agreed": self.version}).encode()
        head = f"POST /g/{self.id}/join HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Length: {len(body)}\r\n"
        return head.encode() + b"Content-Type: application/json\r\n\r\n" + body


def group_of(port: int) -> Bench:
    """Ask the directory."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/groups", timeout=10) as answer:
        group = json.load(answer)[0]
    return Bench(port, group["id"], group["agreement"]["version"])


async def _cookie(reader: asyncio.StreamReader) -> str:
    head = await reader.readuntil(b"\r\n\r\n")
    length, cookie = _LENGTH.search(head), _COOKIE.search(head)
    if length is not None:
        await reader.readexactly(int(length[1]))
    if not head.startswith(b"HTTP/1.1 200") or cookie is None:
        raise RuntimeError("a join failed: " + head.split(b"\r\n")[0].decode())
    return cookie[1].decode()


async def _join_on_one_line(bench: Bench, count: int) -> list[str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", bench.port)
    cookies: list[str] = []
    while len(cookies) < count:
        batch = min(PIPELINED, count - len(cookies))
        writer.write(bench.request * batch)
        for _ in range(batch):
            cookies.append(await _cookie(reader))
    writer.close()
    return cookies


def seat_in_order(bench: Bench, count: int) -> list[str]:
    """Join so many new members one after the other; gives their cookies in the order of their seats."""
    return asyncio.run(_join_on_one_line(bench, count))


def join_at_once(bench: Bench, count: int, lines: int = 8) -> None:
    """Join so many new members over several connections."""

    async def all_lines() -> None:
        await asyncio.gather(*(_join_on_one_line(bench, count // lines) for _ in range(lines)))

    asyncio.run(all_lines())


def write_each(path: Path, bench: Bench, cookies: list[str], seats: int) -> None:
    """Write the load program's `--each` file: connection i sits in room i % rooms."""
    rooms = max(1, len(cookies) // seats)
    lines = [f"/g/{bench.id}/live\tCookie: {cookies[(i % rooms) * seats + i // rooms]}\n" for i in range(len(cookies))]
    path.write_text("".join(lines))
