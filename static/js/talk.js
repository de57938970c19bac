// @ts-check
// A talk of one member and one moderator, on the page of either: the link to its room, its record, what is on its way. Knows no page.

import { forget, keep, kept } from "./net/kept.js";
import { Link } from "./net/link.js";
import { Outbox, say } from "./state/outbox.js";
import { Timeline } from "./state/timeline.js";

const TYPING_EVERY_MS = 3000;

export class Talk {
  /** @param {{path: string, key: string, me: string, view: (on: any) => any}} of where its socket is, under which name what is not sent outlives a
   *  reload, one's own member id, and what draws it */
  constructor({ path, key, me, view }) {
    this.key = key;
    this.me = me;
    this.typed = 0;
    /** @type {ReturnType<typeof setTimeout>|undefined} */ this.again = undefined;
    this.timeline = new Timeline();
    this.outbox = new Outbox(kept(this.key, []), Date.now());
    this.view = view({ say: (/** @type {string} */ text) => this.#say(text), typing: () => this.#typing(), retry: (/** @type {string} */ id) => { this.outbox.retry(id); this.#flush(); }, drop: (/** @type {string} */ id) => { this.outbox.drop(id); this.#flush(); } });
    this.link = new Link("", () => this.timeline.pos, { event: (event) => this.#event(event), state: (state) => this.#state(state) }, path);
    this.view.clear();
    this.link.open();
    this.#flush();
  }

  /** It is over: nothing more comes or goes; what was read stays on the screen. */
  end() {
    clearTimeout(this.again);
    this.link.leave();
    this.view.end();
    forget(this.key);
  }

  /** @param {any} event */
  #event(event) {
    switch (event.ev) {
      case "entered": return this.#entered(event);
      case "sent": this.outbox.sent(event.id, event.pos, (pos) => this.timeline.seen.has(pos)); return this.#flush();
      case "not_sent": this.outbox.notSent(event, Date.now()); return this.#flush();
      case "here": if (event.typing && event.typing.member !== this.me) this.view.typing(event.typing); return;
      case "message": case "removed": case "reaction": case "notice": return this.#take(event);
    }
  }

  /** @param {any} event */
  #entered(event) {
    const { reset, added, changed } = this.timeline.enter(event);
    if (reset) this.view.clear();
    for (const item of added) { this.view.add(item, item.member === this.me, false); this.outbox.shown(item.pos); }
    for (const item of changed) this.view.change(item, item.member === this.me);
    this.#flush();
  }

  /** @param {any} event */
  #take(event) {
    const step = this.timeline.take(event);
    if (step === "hole") return this.link.resume();
    if (step === "known") return;
    const { added, changed } = step;
    if (added) { this.outbox.shown(added.pos); this.view.add(added, added.member === this.me, true); }
    if (changed) this.view.change(changed, changed.member === this.me);
    this.#flush();
  }

  /** @param {string} state */
  #state(state) {
    this.view.link(state === "lost" || state === "ask");
    if (state !== "open") this.outbox.lost();
  }

  /** @param {string} text @returns {boolean} whether it was taken */
  #say(text) {
    if (this.outbox.isFull()) return false;
    this.outbox.write(crypto.randomUUID(), { text }, Date.now());
    this.#flush();
    return true;
  }

  #typing() {
    if (Date.now() - this.typed < TYPING_EVERY_MS) return;
    this.typed = Date.now();
    this.link.send({ do: "typing" });
  }

  #flush() {
    clearTimeout(this.again);
    const now = Date.now(), wait_ms = this.outbox.not_before_ms - now;
    if (wait_ms > 0) this.again = setTimeout(() => this.#flush(), wait_ms);
    const attempt = this.link.entered ? this.outbox.next(now) : null;
    if (attempt && !this.link.send(say(attempt))) this.outbox.lost();
    keep(this.key, this.outbox.kept());
    this.view.attempts(this.outbox.attempts);
  }
}
