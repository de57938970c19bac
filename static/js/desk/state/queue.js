// @ts-check
// The queue as this desk knows it: what the server told last, in its order, and what of it calls for somebody anew.
// Law: a danger case calls once when it comes and once more when another's claim on it ends; what one looks at from the start does not call.
// Knows no DOM.

/** @typedef {import("./terms.js").Case} Case */

const DANGER = new Set(["suicide", "self_harm", "overdose", "abuse", "threat", "eating"]); // the moderation library's danger labels
const MAY_BE = new Set(["failed", "concern", "asked"]); // kinds that may be danger whatever their labels: chatserver/core/cases.py puts them into the same band

/** @param {Case} one */
export const isDanger = ({ level, kind, labels }) => level === "crisis" || level === "red" || MAY_BE.has(kind) || labels.some((label) => DANGER.has(label));

export class Queue {
  constructor() {
    /** @type {Case[]} */ this.cases = [];
    /** @type {number|null} the server's time of the last telling, ms; null before the first */ this.now_ms = null;
  }

  /** Takes what was told: the danger cases that call anew, those nobody has. @param {{cases: Case[], now: number}} told @returns {{calls: Case[], isFirst: boolean}} */
  take({ cases, now }) {
    const before = new Map(this.cases.map((one) => [one.id, one])), isFirst = this.now_ms === null;
    this.cases = cases;
    this.now_ms = now;
    const calls = (/** @type {Case} */ one) => isDanger(one) && !one.claim && isAnew(before.get(one.id));
    return { calls: isFirst ? [] : cases.filter(calls), isFirst };
  }

  /** @param {string|null} id @returns {Case|undefined} */
  find(id) { return this.cases.find((one) => one.id === id); }

  /** Puts one's own claim in before the server tells of it. @param {string} id @param {Case["claim"]} claim */
  claimed(id, claim) { this.cases = this.cases.map((one) => one.id === id ? { ...one, claim } : one); }

  /** @param {string} id */
  closed(id) { this.cases = this.cases.filter((one) => one.id !== id); }

  /** Danger that nobody has. */
  get unclaimed() { return this.cases.filter((one) => isDanger(one) && !one.claim).length; }

  /** The case after this one, or before it, or the first when it is not there; undefined at the end. @param {string|null} id @param {number} by 1 or -1 */
  beside(id, by) {
    const at = this.cases.findIndex((one) => one.id === id);
    return at < 0 ? this.cases[0] : this.cases[at + by];
  }
}

/** One's own claim that ended calls nobody: one gave it back, or is told that it was lost. @param {Case|undefined} before */
const isAnew = (before) => !before || (before.claim !== null && !before.claim.is_mine);

/** @param {number} count danger cases that nobody has */
export const titleFor = (count) => count ? `(${count}) Desk · Alongside` : "Desk · Alongside";
