// @ts-check
// The list of messages: adds, changes and forgets rows, day dividers and the unread mark. Knows the timeline's values, not the socket.

import { dayName, dayOf } from "../state/days.js";
import { carryOpen } from "./folds.js";
import { make } from "./make.js";
import { closeAll } from "./respond.js";
import { rove } from "./rove.js";
import { attemptRow, rowOf } from "./row.js";

const GROUP_MS = 5 * 60_000; // lines by one member within five minutes stand under one name

/** @typedef {import("../state/timeline.js").Item} Item */
/** @typedef {import("../state/outbox.js").Attempt} Attempt */

export class MessageList {
  /** @param {any} list @param {{me: () => string, find: (pos: string) => Item|undefined, advice: Function, [act: string]: Function}} on */
  constructor(list, on) {
    this.list = list;
    this.on = on;
    /** @type {Map<string, any>} */ this.rows = new Map();
    /** @type {Item|null} */ this.last = null;
    /** @type {Map<string, {row: any, drawn: string}>} */ this.pending = new Map();
    /** @type {{row: any, at: number}[]} */ this.days = [];
    this.mark = make("li", { class: "divider unread" }, "New");
    this.sent = make("div", { class: "sent" }, "Sent");
    this.rove = rove(list, ".more");
    list.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => { if (event.key === "Escape" && closeAll(list)) event.preventDefault(); });
  }

  clear() { this.list.replaceChildren(); this.rows.clear(); this.pending.clear(); this.last = null; this.days = []; }

  /** @param {Item} item */
  add(item) {
    this.#day(item.at);
    const row = rowOf(item, this.#isFirst(item), this.on);
    this.rows.set(item.pos, row);
    this.#put(row);
    this.last = item;
    if (item.member === this.on.me()) this.#confirm(row);
    this.rove.settle();
  }

  /** "Sent" stands below the last of one's own, above what is said of it. @param {any} row */
  #confirm(row) { row.insertBefore(this.sent, row.querySelector(".advice")); }

  /** A line of the page's own, which is not in the record. @param {string} text */
  remark(text) { this.list.prepend(make("li", { class: "notice" }, text)); }

  /** Rows of the record stand before what is still under way. @param {any} row */
  #put(row) { this.list.insertBefore(row, this.pending.values().next().value?.row ?? null); }

  /** @param {number} at */
  #day(at) {
    if (this.last && dayOf(this.last.at) === dayOf(at)) return;
    const row = make("li", { class: "divider" });
    this.days.push({ row, at });
    for (const day of this.days) day.row.textContent = dayName(day.at, Date.now()); // yesterday's "Today" too
    this.#put(row);
    this.last = null;
  }

  /** @param {Item} item */
  #isFirst(item) {
    const last = this.last;
    return !last || last.kind !== "message" || last.member !== item.member || item.at - last.at > GROUP_MS || this.mark.nextSibling === null && this.mark.isConnected;
  }

  /** Draws an item anew; what the reader opened stays open, and focus stays near. @param {Item} item */
  change(item) {
    const old = this.rows.get(item.pos);
    if (!old) return;
    const row = rowOf(item, old.classList.contains("first"), this.on);
    const focus = old.contains(document.activeElement) ? /** @type {any} */ (document.activeElement) : null;
    const acts = old.querySelector(".acts");
    if (acts && !item.goneBy) { row.querySelector(".line").after(acts); row.querySelector(".more").setAttribute("aria-expanded", "true"); }
    carryOpen(old, row);
    if (old.contains(this.sent) && !item.goneBy) this.#confirm(row);
    old.replaceWith(row);
    this.rows.set(item.pos, row);
    this.rove.settle();
    if (focus) (row.contains(focus) ? focus : row.querySelector(".more"))?.focus();
  }

  /** Puts the unread mark before what comes next. */
  unread() { this.#put(this.mark); }

  /** @param {string[]} gone positions that are no longer kept here */
  forget(gone) {
    for (const pos of gone) { this.rows.get(pos)?.remove(); this.rows.delete(pos); }
    while (this.list.firstElementChild?.matches(".divider") && this.list.firstElementChild.nextElementSibling?.matches(".divider")) this.list.firstElementChild.remove();
    this.days = this.days.filter((day) => day.row.isConnected);
  }

  /** Draws what is not confirmed, below the record; rows that stay the same are left alone. @param {Attempt[]} attempts */
  showAttempts(attempts) {
    const ids = new Set(attempts.map((a) => a.id));
    for (const [id, { row }] of this.pending) if (!ids.has(id)) { row.remove(); this.pending.delete(id); }
    let first = this.last?.member !== this.on.me();
    for (const attempt of attempts) {
      const drawn = `${attempt.state}|${attempt.why ?? ""}|${first}|${this.on.me()}`, old = this.pending.get(attempt.id);
      if (old?.drawn !== drawn) {
        const row = attemptRow(attempt, first, this.on);
        if (old) old.row.replaceWith(row); else this.list.append(row);
        this.pending.set(attempt.id, { row, drawn });
      }
      first = false;
    }
  }
}
