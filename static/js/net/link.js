// @ts-check
// The socket to one room: opens, enters with the last position, comes back by itself. Knows no DOM; what comes is told to `on`.

import { afterClose } from "../state/reconnect.js";

export class Link {
  /** @param {string} group @param {() => string|null} position @param {{event: (e: any) => void, state: (s: string, in_ms?: number) => void}} on */
  constructor(group, position, on) {
    this.url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/g/${group}/live`;
    this.position = position;
    this.on = on;
    this.tries = 0;
    /** @type {number|null} */ this.goaway = null;
    /** @type {ReturnType<typeof setTimeout>|undefined} */ this.timer = undefined;
    /** @type {WebSocket|null} */ this.socket = null;
    this.entered = false;
    this.over = false;
    addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.now(); });
  }

  open() {
    clearTimeout(this.timer);
    this.on.state("connecting");
    const socket = this.socket = new WebSocket(this.url, "alongside.v1+json");
    socket.onopen = () => socket.send(JSON.stringify({ do: "enter", after: this.position() }));
    socket.onmessage = (message) => { if (socket === this.socket) this.#heard(JSON.parse(message.data)); };
    socket.onclose = (event) => { if (socket === this.socket) this.#closed(event.code); };
  }

  /** @param {any} event */
  #heard(event) {
    if (event.ev === "entered") { this.entered = true; this.tries = 0; this.goaway = null; this.on.state("open"); }
    if (event.ev === "goaway") this.goaway = event.reconnect_in;
    this.on.event(event);
  }

  /** @param {number} code */
  #closed(code) {
    this.socket = null;
    this.entered = false;
    if (this.over) return;
    const step = afterClose(code, this.tries++, Math.random(), this.goaway);
    this.goaway = null;
    if (step.kind !== "again") return this.on.state(step.kind);
    this.on.state("lost", step.in_ms);
    this.timer = setTimeout(() => this.open(), step.in_ms);
  }

  /** Tries at once, when a pause is running. */
  now() { if (!this.socket && !this.over && this.tries) this.open(); }

  /** Something is missing: come back with the position. */
  resume() { this.socket?.close(4001); }

  /** @param {any} frame @returns {boolean} whether it could be sent */
  send(frame) {
    if (!this.entered || this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  leave() { this.over = true; clearTimeout(this.timer); this.send({ do: "leave" }); this.socket?.close(1000); }
}
