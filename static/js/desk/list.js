// @ts-check
// The queue as it is drawn: a row a case, in the server's order. A row that has the focus keeps it, wherever its case moves.

import { make } from "../view/make.js";
import { rove } from "../view/rove.js";
import { factsOf } from "./facts.js";
import { mark } from "./mark.js";
import { isLive } from "./state/talk.js";
import { aboutOf, waited } from "./state/terms.js";

/** @typedef {import("./state/terms.js").Case} Case */

/** @type {Record<string, string>} */
const TALKS = { offered: "a talk is offered", accepted: "they wait for a moderator to talk", active: "talking" };
const PAGES = ["", "has waited over a minute", "has waited over three minutes"];

export class CaseList {
  /** @param {any} list an ol @param {(id: string) => void} open */
  constructor(list, open) {
    this.list = list;
    this.open = open;
    /** @type {Map<string, {row: any, button: any, drawn: string}>} */ this.rows = new Map();
    this.stops = rove(list, ".row", 0);
  }

  /** @param {Case[]} cases @param {number} now_ms the server's @param {string|null} openId */
  show(cases, now_ms, openId) {
    const ids = new Set(cases.map((one) => one.id)), focused = this.focused, at = this.placeOf(focused ?? "");
    for (const [id, { row }] of this.rows) if (!ids.has(id)) { row.remove(); this.rows.delete(id); }
    for (const one of cases) this.#draw(one, now_ms, one.id === openId);
    this.#order(cases.map((one) => this.#of(one.id).row));
    this.stops.settle();
    if (focused && !ids.has(focused)) this.focus(cases[Math.min(at, cases.length - 1)]?.id); // its case is gone: on from the same place
  }

  /** @param {string|undefined} id @returns {boolean} whether it is there */
  focus(id) {
    const button = this.rows.get(id ?? "")?.button;
    button?.focus();
    return !!button;
  }

  /** The case whose row has the focus. @returns {string|null} */
  get focused() { return [...this.rows].find(([, { button }]) => button === document.activeElement)?.[0] ?? null; }

  /** @param {string} id @returns {number} where it was drawn, from 0; -1 when it was not */
  placeOf(id) { return [...this.list.children].indexOf(this.rows.get(id)?.row); }

  /** @param {string} id */
  #of(id) {
    const known = this.rows.get(id);
    if (known) return known;
    const button = make("button", { type: "button", class: "row", tabindex: "-1", onclick: () => this.open(id) });
    const made = { button, row: make("li", {}, button), drawn: "" };
    this.rows.set(id, made);
    return made;
  }

  /** @param {Case} one @param {number} now_ms @param {boolean} isOpen */
  #draw(one, now_ms, isOpen) {
    const known = this.#of(one.id), parts = rowParts(one, now_ms), drawn = JSON.stringify([one.level, parts]);
    if (isOpen) known.button.setAttribute("aria-current", "true"); else known.button.removeAttribute("aria-current");
    if (drawn === known.drawn) return;
    known.drawn = drawn;
    known.button.replaceChildren(mark(one.level), " ", make("span", { class: "about" }, parts.about), " ",
      make("span", { class: "waited" }, make("span", { class: "unseen" }, "waiting "), parts.waited), " ",
      make("span", { class: "facts" }, parts.facts), " ", make("span", { class: one.claim ? "held" : "free" }, parts.claim));
  }

  /** Brings rows into this order; the one with the focus is never moved, which would lose it. @param {any[]} rows */
  #order(rows) {
    if (rows.every((row, i) => this.list.children[i] === row)) return;
    const at = rows.findIndex((row) => row.contains(document.activeElement)), pivot = rows[at] ?? null;
    for (const row of rows.slice(0, Math.max(0, at))) this.list.insertBefore(row, pivot);
    for (const row of rows.slice(at + 1)) this.list.append(row);
  }
}

/** @param {Case} one @param {number} now_ms */
function rowParts(one, now_ms) { return { about: aboutOf(one), waited: waited(now_ms - one.opened_at), facts: factsOf(one), claim: claimOf(one) }; }

/** @param {Case} one */
function claimOf({ claim, pages, handoff }) {
  const talk = isLive(handoff) ? TALKS[handoff?.state ?? ""] : "";
  if (claim) return [claim.is_mine ? "Yours" : `${claim.name} has it`, talk].filter(Boolean).join(", ");
  return ["Nobody has it", talk, PAGES[pages]].filter(Boolean).join(", ");
}
