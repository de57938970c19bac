"""The peer everybody writes first: a Starlette hub that awaits `send_bytes` for each member in turn. No Redis."""

from __future__ import annotations

import sys
from collections import defaultdict

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

_rooms: dict[str, set[WebSocket]] = defaultdict(set)


async def live(websocket: WebSocket) -> None:
    """Pass on what one member says to the whole room."""
    await websocket.accept()
    room = _rooms[websocket.path_params["room"]]
    room.add(websocket)
    try:
        while True:
            said = await websocket.receive_bytes()
            for member in list(room):
                await member.send_bytes(said)
    except WebSocketDisconnect:
        pass
    finally:
        room.discard(websocket)


app = Starlette(routes=[WebSocketRoute("/ws/{room}", live)])

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="critical", ws_per_message_deflate=False)
