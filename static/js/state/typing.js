// @ts-check
// Who is writing. A sign of it is worth 5 s (docs/protocol.md). Time is an argument; knows no DOM.

export const TYPING_MS = 5000;
const MOST = 100; // one room's members; more signs than that are not worth keeping

export class Typing {
  constructor() { /** @type {Map<string, {handle: string, until_ms: number}>} */ this.signs = new Map(); }

  /** @param {{member: string, handle: string}} who @param {number} now_ms */
  came(who, now_ms) { if (this.signs.size < MOST || this.signs.has(who.member)) this.signs.set(who.member, { handle: who.handle, until_ms: now_ms + TYPING_MS }); }

  /** The member's words came, or the member is gone. @param {string} member */
  stopped(member) { this.signs.delete(member); }

  /** The handles of those who write now. @param {number} now_ms @returns {string[]} */
  names(now_ms) {
    for (const [member, sign] of this.signs) if (sign.until_ms <= now_ms) this.signs.delete(member);
    return [...this.signs.values()].map((sign) => sign.handle);
  }
}

/** @param {string[]} names */
export function typingLine(names) {
  if (names.length > 2) return "Several people are writing…";
  return names.length ? `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} writing…` : "";
}
