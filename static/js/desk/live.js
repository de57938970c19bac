// @ts-check
// The desk's socket: hears the queue, comes back by itself, and knows when it is deaf. Says nothing on it. Knows no page.

import { DESK_PROTOCOL } from "../state/build.js";
import { afterClose } from "../state/reconnect.js";

const SILENT_MS = 45_000; // the server tells the queue at the latest every 20 s: twice that in silence is a dead link
const ASK_AFTER = 3;      // a refused handshake looks like a lost link: after so many, ask whether the session is still ours

/** @typedef {"open"|"lost"|"ask"|"join"|"over"} LinkState */

export class DeskLink {
  /** @param {{told: (event: any) => void, state: (state: LinkState) => void, doubt: () => void}} on `doubt`: the session may be over */
  constructor(on) {
    this.on = on;
    this.tries = 0;
    /** @type {WebSocket|null} */ this.socket = null;
    /** @type {ReturnType<typeof setTimeout>|undefined} */ this.timer = undefined;
    this.isOver = false;
    const again = () => { if (!this.socket && !this.isOver) this.open(); };
    addEventListener("online", again);
    addEventListener("offline", () => this.#lose());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) again(); });
  }

  open() {
    clearTimeout(this.timer);
    const socket = this.socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/desk/live`, DESK_PROTOCOL);
    this.#listen();
    socket.onmessage = (message) => { if (socket === this.socket) this.#heard(JSON.parse(message.data)); };
    socket.onclose = (event) => { if (socket === this.socket) this.#closed(event.code); };
  }

  /** @param {any} event */
  #heard(event) {
    this.#listen();
    this.tries = 0;
    this.on.state("open");
    this.on.told(event);
  }

  #listen() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#lose(), SILENT_MS);
  }

  /** @param {number} code */
  #closed(code) {
    clearTimeout(this.timer);
    this.socket = null;
    if (this.isOver) return;
    const step = afterClose(code, this.tries++, Math.random());
    if (step.kind !== "again") { this.isOver = true; return this.on.state(step.kind); }
    this.on.state("lost");
    this.timer = setTimeout(() => this.open(), step.in_ms);
    if (this.tries % ASK_AFTER === 0) this.on.doubt();
  }

  /** Lets go of a socket without waiting for a farewell that a dead link never gives. */
  #lose() {
    const socket = this.socket;
    if (!socket) return;
    this.#closed(1006);
    socket.close();
  }

  /** Ends it for good. */
  end() {
    this.isOver = true;
    clearTimeout(this.timer);
    this.socket?.close(1000);
  }
}
