// @ts-check
// What this person wrote and the record has not confirmed. Law: an attempt keeps its id until it is confirmed, so trying again never
// doubles it; attempts go out in the order in which they were written. Knows no DOM and no socket.

/** @typedef {{id: string, text: string, reply_to?: string, state: "sending"|"not_sent"|"sent", why?: string, pos?: string}} Attempt */

export class Outbox {
  /** @param {Attempt[]} kept */
  constructor(kept = []) { /** @type {Attempt[]} */ this.attempts = kept.map((a) => ({ ...a, state: "sending" })); }

  /** @param {string} id @param {string} text @param {string} [reply_to] @returns {Attempt} */
  write(id, text, reply_to) {
    const attempt = /** @type {Attempt} */ ({ id, text, state: "sending", ...(reply_to ? { reply_to } : {}) });
    this.attempts.push(attempt);
    return attempt;
  }

  /** Confirmed at a position. @param {string} id @param {string} pos @param {(pos: string) => boolean} isShown */
  sent(id, pos, isShown) {
    const attempt = this.attempts.find((a) => a.id === id);
    if (!attempt) return;
    attempt.state = "sent";
    attempt.pos = pos;
    if (isShown(pos)) this.drop(id);
  }

  /** The record shows this position now: whatever was confirmed there is done. @param {string} pos */
  shown(pos) { this.attempts = this.attempts.filter((a) => a.pos !== pos); }

  /** @param {string} id @param {string} why */
  notSent(id, why) {
    const attempt = this.attempts.find((a) => a.id === id);
    if (attempt) { attempt.state = "not_sent"; attempt.why = why; }
  }

  /** @param {string} id @returns {Attempt|undefined} */
  retry(id) {
    const attempt = this.attempts.find((a) => a.id === id);
    if (attempt) { attempt.state = "sending"; delete attempt.why; }
    return attempt;
  }

  /** @param {string} id */
  drop(id) { this.attempts = this.attempts.filter((a) => a.id !== id); }

  /** What must go out (again) after a lost link, in order. */
  unanswered() { return this.attempts.filter((a) => a.state === "sending"); }
}

/** One `say` frame. @param {Attempt} a */
export function say(a) { return { do: "say", id: a.id, text: a.text, ...(a.reply_to ? { reply_to: a.reply_to } : {}) }; }
