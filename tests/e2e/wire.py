"""The wire of one window, where a test can be the moderating server: it alters what comes and answers what goes.

Everything it does not touch passes between the page and the real server as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

Frame = dict[str, Any]


class Wire:
    """`alter` sees every frame from the server and gives what the page shall read; `answer` sees every frame from the
    page and gives the server's answers, or None when it shall travel on.
    """

    def __init__(
        self,
        page: Page,
        alter: Callable[[Frame], Frame] = lambda frame: frame,
        answer: Callable[[Frame], Sequence[Frame] | None] = lambda frame: None,
    ) -> None:
        self.asked: list[Frame] = []
        self._alter, self._answer = alter, answer
        self._socket: WebSocketRoute | None = None
        page.route_web_socket("**/live", self._connect)

    def say(self, frame: Frame) -> None:
        """Send one frame to the page."""
        assert self._socket is not None
        self._socket.send(json.dumps(frame))

    def _connect(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        server = socket.connect_to_server()

        def from_page(raw: str | bytes) -> None:
            frame = json.loads(raw)
            answers = self._answer(frame)
            if answers is None:
                server.send(raw)
                return
            self.asked.append(frame)
            for each in answers:
                self.say(each)

        socket.on_message(from_page)
        server.on_message(lambda raw: socket.send(json.dumps(self._alter(json.loads(raw)))))
