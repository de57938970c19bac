// The peer under node: the `ws` package, rooms in a Map, one send a member. No Redis.
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const rooms = new Map();
const http = createServer((_, answer) => answer.writeHead(404).end());
const hub = new WebSocketServer({ server: http, perMessageDeflate: false });
hub.on("connection", (socket, request) => {
  const room = rooms.get(request.url) ?? new Set();
  rooms.set(request.url, room.add(socket));
  socket.on("message", (said, binary) => {
    for (const member of room) member.send(said, { binary });
  });
  socket.on("close", () => room.delete(socket));
});
http.listen(Number(process.argv[2]), "127.0.0.1", 4096);
