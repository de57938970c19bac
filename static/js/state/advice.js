// @ts-check
// What the author alone is told of a message that others see changed: what, why, and what to do instead. Knows no DOM.

/** @typedef {{label: string, what: string, why: string, instead: string}} Because */

const MOST = 20; // unread pieces of advice; older ones are let go

export class Advice {
  constructor() { /** @type {Map<string, Because>} */ this.told = new Map(); }

  /** @param {string} pos @param {Because} because */
  came(pos, because) {
    this.told.set(pos, because);
    if (this.told.size > MOST) this.told.delete(/** @type {string} */ (this.told.keys().next().value));
  }

  /** @param {string} pos */
  at(pos) { return this.told.get(pos); }

  /** @param {string} pos */
  dismiss(pos) { this.told.delete(pos); }
}

/** @param {Because} because in one text */
export function adviceLine({ what, why, instead }) { return [what, why, instead].filter(Boolean).join(" "); }
