// @ts-check
// The list of messages: draws items and attempts, keeps the reader's place. Knows the timeline's values, not the socket.

import { dayName, dayOf, timeOf } from "../state/days.js";
import { avatar } from "./avatar.js";
import { make } from "./make.js";

// Words, not pictures: they look the same on every phone, and nobody has to guess what a picture means.
export const KINDS = { heart: ["♡", "Heart"], hug: ["Hug", "Hug"], same: ["Me too", "Me too"], strength: ["Strength", "Strength"], thanks: ["Thanks", "Thanks"] };
const GROUP_MS = 5 * 60_000; // lines by one member within five minutes stand under one name

/** @typedef {import("../state/timeline.js").Item} Item */
/** @typedef {import("../state/outbox.js").Attempt} Attempt */

export class MessageList {
  /** @param {any} list @param {{me: () => string, find: (pos: string) => Item|undefined, react: Function, takeBack: Function, reply: Function, retry: Function, drop: Function}} on */
  constructor(list, on) {
    this.list = list;
    this.on = on;
    /** @type {Map<string, any>} */ this.rows = new Map();
    /** @type {Item|null} */ this.last = null;
    /** @type {any[]} */ this.pending = [];
  }

  clear() { this.list.replaceChildren(); this.rows.clear(); this.last = null; this.pending = []; }

  /** @param {Item} item */
  add(item) {
    for (const row of this.pending) row.remove();
    if (!this.last || dayOf(this.last.at) !== dayOf(item.at)) {
      this.list.append(make("li", { class: "divider" }, dayName(item.at, Date.now())));
      this.last = null;
    }
    const row = this.#row(item, this.#isFirst(item));
    this.rows.set(item.pos, row);
    this.list.append(row, ...this.pending);
    this.last = item;
  }

  /** @param {Item} item */
  #isFirst(item) {
    const last = this.last;
    return !last || last.kind !== "message" || last.member !== item.member || item.at - last.at > GROUP_MS;
  }

  /** @param {Item} item */
  change(item) {
    const old = this.rows.get(item.pos);
    if (!old) return;
    const hadFocus = old.contains(document.activeElement);
    const row = this.#row(item, old.classList.contains("first"));
    old.replaceWith(row);
    this.rows.set(item.pos, row);
    if (hadFocus) row.querySelector("button")?.focus();
  }

  unread() { this.list.querySelector(".unread")?.remove(); this.list.append(make("li", { class: "divider unread" }, "New")); this.last = null; }

  /** @param {Item} item @param {boolean} first */
  #row(item, first) {
    if (item.kind === "notice") return make("li", { class: "notice" }, item.text);
    const mine = item.member === this.on.me();
    const row = make("li", { class: `message${first ? " first" : ""}${mine ? " mine" : ""}${item.goneBy ? " gone" : ""}`, tabindex: "-1" });
    row.append(avatar(item.member ?? ""), make("div", { class: "who" }, make("span", { class: "handle" }, mine ? `${item.handle} (you)` : item.handle ?? ""),
      make("time", { class: "at", datetime: new Date(item.at).toISOString() }, timeOf(item.at))));
    const quoted = item.reply_to && this.on.find(item.reply_to);
    if (quoted && !item.goneBy) row.append(make("div", { class: "quote" }, quoted.goneBy ? "a message that was taken back" : `${quoted.handle}: ${quoted.text}`));
    row.append(this.#words(item));
    if (!item.goneBy) row.append(this.#tools(item, mine));
    return row;
  }

  /** @param {Item} item */
  #words(item) {
    if (item.goneBy) return make("p", { class: "words" }, item.goneBy === "author" ? "Taken back by its author" : "Removed by a moderator");
    if (!item.note && !item.folded) return make("p", { class: "words" }, item.text);
    return make("details", { class: "words" }, make("summary", {}, item.note ? `About: ${item.note}` : "Folded; open if you like"), item.text);
  }

  /** @param {Item} item @param {boolean} mine */
  #tools(item, mine) {
    const tools = make("div", { class: `tools${item.reactions.size ? " has-counts" : ""}` });
    for (const [kind, [sign, name]] of Object.entries(KINDS)) {
      const who = item.reactions.get(kind), on = !!who?.has(this.on.me());
      if (!who && mine) continue;
      tools.append(make("button", { type: "button", class: who ? "count" : "", "aria-pressed": String(on), "aria-label": `${name}${who ? `, ${who.size}` : ""}`, title: name,
        onclick: () => this.on.react(item, kind, !on) }, who ? `${sign} ${who.size}` : sign));
    }
    tools.append(make("button", { type: "button", onclick: () => this.on.reply(item) }, "Reply"));
    if (mine) tools.append(make("button", { type: "button", onclick: () => this.on.takeBack(item) }, "Take back"));
    return tools;
  }

  /** @param {Attempt[]} attempts */
  showAttempts(attempts) {
    for (const row of this.pending) row.remove();
    this.pending = attempts.map((a) => {
      const state = make("div", { class: "state" }, a.state === "not_sent" ? `Not sent. ${a.why ?? ""}` : a.state === "sent" ? "Sent" : "Sending…");
      if (a.state === "not_sent") state.append(make("button", { type: "button", onclick: () => this.on.retry(a.id) }, "Try again"),
        make("button", { type: "button", class: "plain", onclick: () => this.on.drop(a.id) }, "Discard"));
      return make("li", { class: `message mine first${a.state === "not_sent" ? " not-sent" : ""}` }, avatar(this.on.me()), make("p", { class: "words" }, a.text), state);
    });
    this.list.append(...this.pending);
  }
}
