// @ts-check
// The room's record as this page knows it. Law: the same events give the same timeline, applied once or twice. Knows no DOM.

/** @typedef {{pos: string, at: number, kind: "message"|"notice", member?: string, handle?: string, text: string, reply_to?: string,
 *   note?: string, mark?: string, folded?: {why: string, spans: number[][]}, goneBy?: string, reactions: Map<string, Set<string>>}} Item */

export class Timeline {
  constructor() {
    /** @type {Map<string, Item>} */ this.items = new Map();
    /** @type {string|null} */ this.pos = null;
    /** @type {Set<string>} */ this.seen = new Set();
    this.moved = false; // whether an item came back at a place between others
  }

  /** Takes an `entered`: whether the page must begin anew, the items that came, and older ones that changed; `moved`: an item
   *  came between others, so the page draws all anew. @param {any} entered @returns {{reset: boolean, moved: boolean, added: Item[], changed: Item[]}} */
  enter(entered) {
    const reset = !entered.complete || this.pos === null;
    if (reset) { this.items.clear(); this.seen.clear(); }
    const before = new Set(this.items.keys()), touched = new Set();
    this.moved = false;
    for (const event of entered.events) touched.add(this.#apply(event));
    touched.delete(null);
    this.pos = entered.pos;
    const items = /** @type {Item[]} */ ([...touched]);
    return { reset, moved: this.moved, added: items.filter((i) => !before.has(i.pos)), changed: items.filter((i) => before.has(i.pos)) };
  }

  /** Takes a live event: the item that was added or changed, "known", or "hole" when something is missing. @param {any} event
   *  @returns {{added?: Item, changed?: Item, moved?: boolean} | "known" | "hole"} */
  take(event) {
    if (this.seen.has(event.pos)) return "known";
    if (event.prev !== this.pos) return "hole";
    const before = this.items.size;
    this.moved = false;
    const item = this.#apply(event);
    this.pos = event.pos;
    if (!item) return {};
    if (this.moved) return { moved: true };
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
      const item = itemOf(event.ev, event);
      this.items.set(item.pos, item);
      return item;
    }
    if (event.ev === "restored") return this.#restore(event.message);
    const target = this.items.get(event.target);
    if (!target || target.goneBy) return null;
    if (event.ev === "removed") { target.goneBy = event.by; target.text = ""; delete target.note; delete target.folded; target.reactions.clear(); }
    if (event.ev === "folded") target.folded = { why: event.why, spans: [] };
    if (event.ev === "reaction") react(target, event);
    return target;
  }

  /** A message that was removed or folded is shown again, in its old place. @param {any} message @returns {Item} */
  #restore(message) {
    const known = this.items.get(message.pos), item = itemOf("message", message);
    if (known) {
      delete known.goneBy;
      return Object.assign(known, { ...item, reactions: known.reactions });
    }
    const later = [...this.items.values()].filter((other) => other.at > item.at);
    this.seen.add(item.pos);
    this.items.set(item.pos, item);
    for (const other of later) { this.items.delete(other.pos); this.items.set(other.pos, other); }
    this.moved ||= later.length > 0;
    return item;
  }
}

/** @param {"message"|"notice"} kind @param {any} event @returns {Item} */
function itemOf(kind, { pos, at, member, handle, text, reply_to, note, mark, folded }) {
  return { kind, pos, at, member, handle, text, reply_to, note, mark, folded, reactions: new Map() };
}

/** @param {Item} item @param {any} event */
function react(item, event) {
  const who = item.reactions.get(event.kind) ?? new Set();
  if (event.on) who.add(event.member); else who.delete(event.member);
  if (who.size) item.reactions.set(event.kind, who); else item.reactions.delete(event.kind);
}
