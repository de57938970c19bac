// @ts-check
// What this person wrote and the record has not confirmed. Laws: an attempt keeps its id until it is confirmed, so trying again never
// doubles it; one attempt is under way at a time, so words arrive in the order in which they were written. Knows no DOM, no socket, no clock.

/** @typedef {{id: string, text: string, at_ms: number, reply_to?: string, note?: string, state: "sending"|"held"|"not_sent"|"sent",
 *   why?: string, pos?: string, tries?: number}} Attempt */

const LATER = new Set(["busy", "unavailable", "too_fast"]); // the same words may go in a moment; any other code needs the person
const TRIES = 6;             // by itself; then the person is asked, for something is wrong that waiting does not mend
const WAIT_S = 2;            // when a refusal names no time
const STALE_MS = 10 * 60_000; // words found after a longer pause may no longer fit: the person is asked
const MOST = 50;             // waiting at once: more than anybody writes in one outage

export class Outbox {
  /** @param {Attempt[]} kept from before a reload @param {number} now_ms */
  constructor(kept = [], now_ms = 0) {
    /** @type {Attempt[]} */ this.attempts = kept.map((a) => now_ms - a.at_ms < STALE_MS ? { ...a } : { ...a, state: "not_sent", why: "Written a while ago." });
    /** @type {string|null} */ this.underway = null;
    this.not_before_ms = 0;
  }

  isFull() { return this.attempts.length >= MOST; }

  /** @param {string} id @param {{text: string, reply_to?: string, note?: string}} words @param {number} now_ms */
  write(id, { text, reply_to, note }, now_ms) {
    this.attempts.push({ id, text, at_ms: now_ms, state: "sending", ...(reply_to ? { reply_to } : {}), ...(note ? { note } : {}) });
  }

  /** The attempt to send now, if any: the oldest that waits, while none is under way. @param {number} now_ms @returns {Attempt|null} */
  next(now_ms) {
    const attempt = this.underway === null && now_ms >= this.not_before_ms ? this.attempts.find((a) => a.state === "sending") : undefined;
    if (attempt) this.underway = attempt.id;
    return attempt ?? null;
  }

  /** The link is lost: what was under way goes again, with its old id. */
  lost() { this.underway = null; this.not_before_ms = 0; }

  /** Confirmed at a position. @param {string} id @param {string} pos @param {(pos: string) => boolean} isShown */
  sent(id, pos, isShown) {
    const attempt = this.#answered(id);
    if (attempt) { attempt.state = "sent"; attempt.pos = pos; }
    if (isShown(pos)) this.drop(id);
  }

  /** The record shows this position now: whatever was confirmed there is done. @param {string} pos */
  shown(pos) { this.attempts = this.attempts.filter((a) => a.pos !== pos); }

  /** @param {string} id @param {string} why */
  held(id, why) {
    const attempt = this.#answered(id);
    if (attempt) { attempt.state = "held"; attempt.why = why; }
  }

  /** Refused: goes again by itself where waiting helps, asks the person otherwise. @param {{id: string, code: string, message: string, retry_after?: number}} answer @param {number} now_ms */
  notSent({ id, code, message, retry_after }, now_ms) {
    const attempt = this.#answered(id);
    if (!attempt) return;
    attempt.why = message;
    attempt.tries = (attempt.tries ?? 0) + 1;
    if (LATER.has(code) && attempt.tries < TRIES) this.not_before_ms = now_ms + (retry_after ?? WAIT_S) * 1000;
    else attempt.state = "not_sent";
  }

  /** The person asks again. @param {string} id */
  retry(id) {
    const attempt = this.attempts.find((a) => a.id === id);
    if (attempt) { attempt.state = "sending"; attempt.tries = 0; delete attempt.why; }
  }

  /** @param {string} id */
  drop(id) { this.#answered(id); this.attempts = this.attempts.filter((a) => a.id !== id); }

  /** Nothing goes by itself any more. @param {string} why */
  park(why) { for (const a of this.attempts) if (a.state === "sending") { a.state = "not_sent"; a.why = why; } }

  /** What a reload must not lose. */
  kept() { return this.attempts.filter((a) => a.state !== "sent"); }

  /** @param {string} id */
  #answered(id) {
    if (this.underway === id) this.underway = null;
    return this.attempts.find((a) => a.id === id);
  }
}

/** One `say` frame. @param {Attempt} a */
export function say({ id, text, reply_to, note }) { return { do: "say", id, text, ...(reply_to ? { reply_to } : {}), ...(note ? { note } : {}) }; }
