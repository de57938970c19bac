// @ts-check
// What one page says in one room, whatever draws it: words wait in their order, go again by themselves, and outlive a reload; that somebody
// writes is told now and then. Knows no view: `draw` gets all that the record has not confirmed, after every change.

import { forget, keep, kept } from "./net/kept.js";
import { Outbox, say } from "./state/outbox.js";

const TYPING_EVERY_MS = 3000;

/** @typedef {{entered: boolean, send: (frame: any) => boolean}} Wire what is needed of net/link.js */
/** @typedef {import("./state/outbox.js").Attempt} Attempt */

export class Sending {
  /** @param {string} key under which what is not sent outlives a reload @param {Wire} link @param {import("./state/timeline.js").Timeline} timeline
   *  @param {(attempts: Attempt[]) => void} draw */
  constructor(key, link, timeline, draw) {
    this.key = key;
    this.link = link;
    this.timeline = timeline;
    this.draw = draw;
    this.outbox = new Outbox(kept(key, []), Date.now());
    this.typed_ms = 0;
    /** @type {ReturnType<typeof setTimeout>|undefined} */ this.again = undefined;
  }

  /** @param {{text: string, reply_to?: string, note?: string}} words @returns {boolean} whether they were taken */
  say(words) {
    if (this.outbox.isFull()) return false;
    this.outbox.write(crypto.randomUUID(), words, Date.now());
    this.flush();
    return true;
  }

  typing() {
    if (Date.now() - this.typed_ms < TYPING_EVERY_MS) return;
    this.typed_ms = Date.now();
    this.link.send({ do: "typing" });
  }

  /** Confirmed: it stays until the record shows it. @param {string} id @param {string} pos */
  sent(id, pos) {
    this.outbox.sent(id, pos, (known) => this.timeline.seen.has(known));
    this.flush();
  }

  /** @param {{id: string, code: string, message: string, retry_after?: number}} event */
  notSent(event) {
    this.outbox.notSent(event, Date.now());
    this.flush();
  }

  /** The person asks again. @param {string} id */
  retry(id) {
    this.outbox.retry(id);
    this.flush();
  }

  /** @param {string} id */
  drop(id) {
    this.outbox.drop(id);
    this.flush();
  }

  /** Sends what is next, keeps what is not confirmed, and has it drawn. */
  flush() {
    clearTimeout(this.again);
    const now = Date.now(), wait_ms = this.outbox.not_before_ms - now;
    if (wait_ms > 0) this.again = setTimeout(() => this.flush(), wait_ms);
    const attempt = this.link.entered ? this.outbox.next(now) : null;
    if (attempt && !this.link.send(say(attempt))) this.outbox.lost();
    keep(this.key, this.outbox.kept());
    this.draw(this.outbox.attempts);
  }

  /** It is over: nothing goes by itself any more, and nothing is kept. */
  end() {
    clearTimeout(this.again);
    forget(this.key);
  }
}
