// @ts-check
// The room's record as this page knows it. Law: the same events give the same timeline, applied once or twice. Knows no DOM.

/** @typedef {{pos: string, at: number, kind: "message"|"notice", member?: string, handle?: string, text: string, reply_to?: string,
 *   note?: string, folded?: {why: string, spans: number[][]}, goneBy?: string, reactions: Map<string, Set<string>>}} Item */

export class Timeline {
  constructor() {
    /** @type {Map<string, Item>} */ this.items = new Map();
    /** @type {string|null} */ this.pos = null;
    /** @type {Set<string>} */ this.seen = new Set();
  }

  /** Takes an `entered`: whether the page must begin anew, the items that came, and older ones that changed. @param {any} entered
   *  @returns {{reset: boolean, added: Item[], changed: Item[]}} */
  enter(entered) {
    const reset = !entered.complete || this.pos === null;
    if (reset) { this.items.clear(); this.seen.clear(); }
    const before = new Set(this.items.keys()), touched = new Set();
    for (const event of entered.events) touched.add(this.#apply(event));
    touched.delete(null);
    this.pos = entered.pos;
    const items = /** @type {Item[]} */ ([...touched]);
    return { reset, added: items.filter((i) => !before.has(i.pos)), changed: items.filter((i) => before.has(i.pos)) };
  }

  /** Takes a live event: the item that was added or changed, "known", or "hole" when something is missing. @param {any} event
   *  @returns {{added?: Item, changed?: Item} | "known" | "hole"} */
  take(event) {
    if (this.seen.has(event.pos)) return "known";
    if (event.prev !== this.pos) return "hole";
    const before = this.items.size;
    const item = this.#apply(event);
    this.pos = event.pos;
    if (!item) return {};
    return this.items.size > before ? { added: item } : { changed: item };
  }

  /** Forgets the oldest items beyond `most`; what was forgotten. @param {number} most @returns {string[]} */
  trim(most) {
    const gone = [...this.items.keys()].slice(0, Math.max(0, this.items.size - most));
    for (const pos of gone) { this.items.delete(pos); this.seen.delete(pos); }
    return gone;
  }

  /** The messages that answer the one at `pos`. @param {string} pos */
  answersTo(pos) { return [...this.items.values()].filter((item) => item.reply_to === pos); }

  /** @param {any} event @returns {Item|null} */
  #apply(event) {
    if (this.seen.has(event.pos)) return null;
    this.seen.add(event.pos);
    if (event.ev === "message" || event.ev === "notice") {
      const { ev, pos, at, member, handle, text, reply_to, note, folded } = event;
      const item = { kind: ev, pos, at, member, handle, text, reply_to, note, folded, reactions: new Map() };
      this.items.set(pos, item);
      return item;
    }
    const target = this.items.get(event.target);
    if (!target || target.goneBy) return null;
    if (event.ev === "removed") { target.goneBy = event.by; target.text = ""; delete target.note; delete target.folded; target.reactions.clear(); }
    if (event.ev === "fold") target.folded = { why: event.why, spans: [] };
    if (event.ev === "reaction") react(target, event);
    return target;
  }
}

/** @param {Item} item @param {any} event */
function react(item, event) {
  const who = item.reactions.get(event.kind) ?? new Set();
  if (event.on) who.add(event.member); else who.delete(event.member);
  if (who.size) item.reactions.set(event.kind, who); else item.reactions.delete(event.kind);
}
