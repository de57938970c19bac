// @ts-check
// The socket to one room: opens, enters with the last position, comes back by itself. Knows no DOM; what comes is told to `on`.

import { ROOM_PROTOCOL } from "../state/build.js";
import { afterClose } from "../state/reconnect.js";

const ANSWER_MS = 10_000; // the server answers within 2 s; a link that says nothing for five times that is dead, though the system may not know
const ANSWERED = new Set(["say", "report", "ask_moderator", "misread", "appeal", "answer_offer", "leave_handoff"]);
const ASLEEP_MS = 60_000; // a tab hidden for longer may hold a socket that died in its sleep

export class Link {
  /** @param {string} group @param {() => string|null} position @param {{event: (e: any) => void, state: (s: string, tries: number) => void}} on
   *  @param {string} [path] another socket that speaks the same: a private room's */
  constructor(group, position, on, path = `/g/${group}/live`) {
    this.url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
    this.position = position;
    this.on = on;
    this.tries = 0;
    /** @type {number|null} */ this.goaway = null;
    /** @type {ReturnType<typeof setTimeout>|undefined} */ this.timer = undefined;
    /** @type {ReturnType<typeof setTimeout>|undefined} */ this.deadline = undefined;
    /** @type {WebSocket|null} */ this.socket = null;
    this.entered = false;
    this.over = false;
    this.hidden_at = 0;
    addEventListener("online", () => { this.tries = Math.min(this.tries, 1); this.now(); }); // the network is back: pauses begin anew
    addEventListener("offline", () => this.#lose());
    document.addEventListener("visibilitychange", () => this.#turned());
  }

  open() {
    clearTimeout(this.timer);
    const socket = this.socket = new WebSocket(this.url, ROOM_PROTOCOL);
    this.#await();
    socket.onopen = () => socket.send(JSON.stringify({ do: "enter", after: this.position() }));
    socket.onmessage = (message) => { if (socket === this.socket) this.#heard(JSON.parse(message.data)); };
    socket.onclose = (event) => { if (socket === this.socket) this.#closed(event.code); };
  }

  /** @param {any} event */
  #heard(event) {
    clearTimeout(this.deadline);
    this.deadline = undefined;
    if (event.ev === "entered") { this.entered = true; this.tries = 0; this.goaway = null; this.on.state("open", 0); }
    if (event.ev === "goaway") this.goaway = event.reconnect_in;
    this.on.event(event);
  }

  /** @param {number} code */
  #closed(code) {
    clearTimeout(this.deadline);
    this.deadline = undefined;
    this.socket = null;
    this.entered = false;
    if (this.over) return;
    const step = afterClose(code, this.tries++, Math.random(), this.goaway);
    this.goaway = null;
    if (step.kind !== "again") { this.over = true; return this.on.state(step.kind, this.tries); }
    this.on.state("lost", this.tries);
    if (!this.over) this.timer = setTimeout(() => this.open(), step.in_ms);
  }

  /** Lets go of a socket without waiting for its farewell, which a dead link never gives. @param {number} [code] */
  #lose(code = 1006) {
    const socket = this.socket;
    if (!socket) return;
    this.#closed(code);
    socket.close();
  }

  /** Something must be heard soon. */
  #await() { this.deadline ??= setTimeout(() => this.#lose(), ANSWER_MS); }

  #turned() {
    if (document.hidden) { this.hidden_at = Date.now(); return; }
    if (this.entered && Date.now() - this.hidden_at > ASLEEP_MS) this.#lose(4001);
    else this.now();
  }

  /** Tries at once, when a pause is running. */
  now() { if (!this.socket && !this.over && this.tries) this.open(); }

  /** Something is missing: come back with the position. */
  resume() { this.#lose(4001); }

  /** @param {any} frame @returns {boolean} whether it could be sent */
  send(frame) {
    if (!this.entered || this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    if (ANSWERED.has(frame.do)) this.#await();
    return true;
  }

  /** Ends it for good: leaves the room, and never comes back. */
  leave() {
    this.send({ do: "leave" });
    this.rest();
  }

  /** Tries no more; the seat stays. */
  rest() {
    this.over = true;
    clearTimeout(this.timer);
    clearTimeout(this.deadline);
    this.socket?.close(1000);
  }
}
