// @ts-check
// What the server tells this person and nobody else, until it is put away: sanctions, a moderator's private word. Law: a letter that comes
// again, or in another order, changes nothing; the oldest is shown first. Knows no DOM.

import { whenOf } from "./days.js";

/** @typedef {{ev: string, letter: string, at: number, [field: string]: any}} Letter */

export class Letters {
  constructor() { /** @type {Map<string, Letter>} */ this.standing = new Map(); }

  /** The one to show, if any. @returns {Letter|null} */
  get first() { return [...this.standing.values()].sort((a, b) => order(a.letter, b.letter))[0] ?? null; }

  /** Tells whether it is new here. @param {Letter} letter */
  came(letter) {
    const isNew = !this.standing.has(letter.letter);
    if (isNew) this.standing.set(letter.letter, letter);
    return isNew;
  }

  /** Seen, here or in another window, or withdrawn. @param {string} id */
  gone(id) { return this.standing.delete(id); }
}

/** @param {string} a @param {string} b "milliseconds-number" each */
function order(a, b) {
  const [a_ms, a_n] = a.split("-").map(Number), [b_ms, b_n] = b.split("-").map(Number);
  return a_ms - b_ms || a_n - b_n;
}

const TITLES = {
  mute: "You cannot write here for now. Only you see this",
  exclude: "You are out of this group for a while. Only you see this",
  remove: "A moderator removed a message of yours. Only you see why",
  fold: "A moderator folded a message of yours. Only you see why",
  restored: "A message of yours is shown again",
  upheld: "Another moderator has looked at it again. Only you see this",
  lifted: "Another moderator has looked at it again. Only you see this",
  undone: "A moderator took something back",
};

/** @param {Letter} letter */
function sanction({ kind, until, why, receipt, appeal }) {
  const end = until ? `Until ${whenOf(until)}. ` : "", still = kind === "mute" ? "You can read, report a message and ask for a moderator. " : "";
  return { title: titleOf(kind), words: why, more: `${end}${still}${appeal} Receipt: ${receipt}` };
}

/** @param {string} kind */
function titleOf(kind) { return Object.hasOwn(TITLES, kind) ? TITLES[/** @type {keyof TITLES} */ (kind)] : "From the moderators. Only you see this"; }

/** What a letter says: a title, the words of a moderator (or of the house), and what follows. @param {Letter} letter
 *  @returns {{title: string, words: string, more: string}} */
export function told(letter) {
  if (letter.ev === "word") return { title: "A moderator writes to you. Only you see this", words: letter.text ?? "", more: "" };
  if (letter.ev === "outcome" && letter.of === "held") return letter.sent
    ? { title: "A moderator has looked at your message", words: "It is in the room now.", more: "" }
    : { title: "A moderator gave your message back. Nobody in the room saw it", words: letter.why ?? "", more: "" };
  if (letter.of === "appeal") return { title: titleOf(letter.upheld ? "upheld" : "lifted"), words: letter.why ?? "", more: letter.upheld ? "It stands as it was." : "It is over." };
  if (letter.ev === "sanction") return sanction(letter);
  return { title: titleOf(letter.of), words: letter.why ?? "", more: "" };
}
