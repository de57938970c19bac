"""Whoever listens to the on-call webhook: a plain HTTP server that remembers what came."""

from __future__ import annotations

import contextlib
import json
import queue
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DEADLINE_S = 60


@dataclass(frozen=True)
class Came:
    """One request: the port it came from, its headers (small letters) and its body."""

    port: int
    headers: dict[str, str]
    body: bytes

    @property
    def fields(self) -> Any:
        """Give the body as JSON."""
        return json.loads(self.body)


Answer = Callable[[Came], int | None]
"""Gives the status to answer with; None: no answer while the other side is there."""


class Receiver:
    """The listener; `answer` may be replaced while it runs."""

    def __init__(self) -> None:
        self.answer: Answer = lambda _: 204
        self.came: queue.Queue[Came] = queue.Queue()
        self.url = ""

    def next(self) -> Came:
        """Give the next request, once it is there."""
        return self.came.get(timeout=DEADLINE_S)


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            came = Came(self.client_address[1], {k.lower(): v for k, v in self.headers.items()}, body)
            status = receiver.answer(came)
            receiver.came.put(came)
            if status is None:
                with contextlib.suppress(OSError):
                    self.connection.recv(1)  # until the other side has gone
                return
            self.send_response(status)
            self.send_header("location", receiver.url + "elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@contextlib.contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Listen on a port of its own."""
    receiver = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(receiver))
    server.daemon_threads = True
    server.block_on_close = False
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda request, client_address: None  # type: ignore[method-assign] # a refused handshake
    receiver.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
