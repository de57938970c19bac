// @ts-check
// What this person wrote and the record has not confirmed. Laws: an attempt keeps its id until it is confirmed, so trying again never
// doubles it; one attempt is under way at a time, so words arrive in the order in which they were written. Knows no DOM, no socket, no clock.

/** @typedef {{id: string, text: string, at_ms: number, reply_to?: string, note?: string, state: "sending"|"held"|"returned"|"not_sent"|"sent",
 *   why?: string, because?: Because, pos?: string, tries?: number, again?: boolean}} Attempt */
/** @typedef {import("./advice.js").Because} Because */

const LATER = new Set(["busy", "unavailable", "too_fast", "slow"]); // the same words may go in a moment; any other code needs the person
const TRIES = 6;             // by itself; then the person is asked, for something is wrong that waiting does not mend
const WAIT_S = 2;            // when a refusal names no time
const STALE_MS = 10 * 60_000; // words found after a longer pause may no longer fit: the person is asked
const HELD_STALE_MS = 12 * 3_600_000; // well within the day for which the server knows an attempt by its id
const MOST = 50;             // waiting at once: more than anybody writes in one outage

export class Outbox {
  /** @param {Attempt[]} kept from before a reload @param {number} now_ms */
  constructor(kept = [], now_ms = 0) {
    /** @type {Attempt[]} */ this.attempts = kept.map((a) => found(a, now_ms - a.at_ms));
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
    const attempt = this.underway === null && now_ms >= this.not_before_ms ? this.attempts.find((a) => a.state === "sending" || a.again) : undefined;
    if (attempt) { this.underway = attempt.id; delete attempt.again; }
    return attempt ?? null;
  }

  /** The link is lost: what was under way goes again, with its old id. What is held is asked about again, for its end may have been missed. */
  lost() {
    this.underway = null;
    this.not_before_ms = 0;
    for (const a of this.attempts) if (a.state === "held") a.again = true;
  }

  /** Confirmed at a position. @param {string} id @param {string} pos @param {(pos: string) => boolean} isShown */
  sent(id, pos, isShown) {
    const attempt = this.#answered(id);
    if (attempt) { attempt.state = "sent"; attempt.pos = pos; }
    if (isShown(pos)) this.drop(id);
  }

  /** The record shows this position now: whatever was confirmed there is done. @param {string} pos */
  shown(pos) { this.attempts = this.attempts.filter((a) => a.pos !== pos); }

  /** A moderator looks first; the words stay with their author. @param {{id: string, why: string, because?: Because}} answer */
  held({ id, why, because }) {
    const attempt = this.#answered(id);
    if (attempt) Object.assign(attempt, { state: "held", why, because });
  }

  /** Refused: goes again by itself where waiting helps, asks the person otherwise.
   *  @param {{id: string, code: string, message: string, retry_after?: number, because?: Because}} answer @param {number} now_ms */
  notSent({ id, code, message, retry_after, because }, now_ms) {
    const attempt = this.#answered(id);
    if (!attempt) return;
    const tries = (attempt.tries ?? 0) + 1;
    Object.assign(attempt, { why: message, because, tries });
    if (!LATER.has(code) || tries >= TRIES) attempt.state = code === "returned" ? "returned" : "not_sent";
    else { this.not_before_ms = now_ms + (retry_after ?? WAIT_S) * 1000; attempt.again = attempt.state === "held"; }
  }

  /** What made it wait is over: the next one goes at once. */
  hurry() { this.not_before_ms = 0; }

  /** Gives a returned attempt back to its author, and knows it no longer. @param {string} id @returns {Attempt|undefined} */
  giveBack(id) {
    const attempt = this.attempts.find((a) => a.id === id && a.state === "returned");
    if (attempt) this.drop(id);
    return attempt;
  }

  /** The person asks again. @param {string} id */
  retry(id) {
    const attempt = this.attempts.find((a) => a.id === id);
    if (attempt) { attempt.state = "sending"; attempt.tries = 0; delete attempt.why; }
  }

  /** @param {string} id */
  drop(id) { this.#answered(id); this.attempts = this.attempts.filter((a) => a.id !== id); }

  /** Nothing goes by itself any more, and nothing held is asked about: it belongs to another name. @param {string} why */
  park(why) {
    for (const a of this.attempts) if (a.state === "sending" || a.state === "held") Object.assign(a, { state: "not_sent", why, again: false });
  }

  /** What a reload must not lose. */
  kept() { return this.attempts.filter((a) => a.state !== "sent"); }

  /** @param {string} id */
  #answered(id) {
    if (this.underway === id) this.underway = null;
    return this.attempts.find((a) => a.id === id);
  }
}

/** An attempt as a reload finds it. @param {Attempt} attempt @param {number} age_ms @returns {Attempt} */
function found(attempt, age_ms) {
  if (attempt.state === "returned") return { ...attempt };
  if (attempt.state === "held" && age_ms < HELD_STALE_MS) return { ...attempt, again: true };
  return age_ms < STALE_MS ? { ...attempt } : { ...attempt, state: "not_sent", why: "Written a while ago." };
}

/** One `say` frame. @param {Attempt} a */
export function say({ id, text, reply_to, note }) { return { do: "say", id, text, ...(reply_to ? { reply_to } : {}), ...(note ? { note } : {}) }; }
