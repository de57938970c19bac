// @ts-check
// The sentences a group offers to begin a reason with, asked for once a group. Without an answer there are none, and the next case asks again.

import { ask } from "./ask.js";

export class Reasons {
  constructor() { /** @type {Map<string, Promise<Record<string, string[]>>>} by the group's slug */ this.asked = new Map(); }

  /** @param {string} slug @param {string} act @returns {Promise<string[]>} */
  async of(slug, act) { return (await this.#group(slug))[act] ?? []; }

  /** Asks ahead, so that a form opens with them. @param {string} slug */
  about(slug) { this.#group(slug); }

  /** @param {string} slug */
  #group(slug) {
    const known = this.asked.get(slug);
    if (known) return known;
    const asking = ask(`groups/${slug}`).then(({ reasons }) => reasons, () => { this.asked.delete(slug); return {}; });
    this.asked.set(slug, asking);
    return asking;
  }
}
