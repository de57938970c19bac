// @ts-check
// What somebody has typed about a case and not sent: it outlives a lost claim, another case, and a reload. Knows no DOM.

const MOST = 20; // cases with something half written; the one touched longest ago is let go

export class Drafts {
  /** @param {[string, Record<string, string>][]} [kept] from before a reload */
  constructor(kept = []) { /** @type {Map<string, Record<string, string>>} */ this.of = new Map(kept); }

  /** @param {string} id @returns {Record<string, string>} */
  at(id) { return this.of.get(id) ?? {}; }

  /** @param {string} id @param {string} field @param {string} words */
  write(id, field, words) {
    const draft = { ...this.at(id), [field]: words };
    this.of.delete(id);
    if (Object.values(draft).some(Boolean)) this.of.set(id, draft);
    if (this.of.size > MOST) this.of.delete(/** @type {string} */ (this.of.keys().next().value));
  }

  /** It is done. @param {string} id */
  drop(id) { this.of.delete(id); }

  /** What a reload must not lose. */
  kept() { return [...this.of]; }
}
