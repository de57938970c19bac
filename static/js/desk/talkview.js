// @ts-check
// One talk as it is drawn: the words of the two, what is on its way, and a field to write in.

import { timeOf } from "../state/days.js";
import { Typing, TYPING_MS, typingLine } from "../state/typing.js";
import { hasKeyboard, make } from "../view/make.js";
import { joined } from "./state/wording.js";
import { wordingBlock } from "./wording.js";

/** @typedef {import("../state/timeline.js").Item} Item */
/** @typedef {import("../state/outbox.js").Attempt} Attempt */

const GONE = { author: "Taken back.", moderator: "Removed by a moderator." };

export class TalkView {
  /** @param {boolean} mayWrite @param {{say: (text: string) => boolean, typing: () => void, retry: (id: string) => void, drop: (id: string) => void, wrote: (handle: string) => void}} on
   *  `wrote`: the other wrote something that came just now */
  constructor(mayWrite, on) {
    this.on = on;
    this.signs = new Typing();
    /** @type {Map<string, any>} */ this.rows = new Map();
    this.list = make("div", { class: "talk-list", role: "log", tabindex: "0", "aria-label": "The talk" });
    this.waiting = make("div", { class: "talk-list" });
    this.line = make("p", { class: "fine", role: "status" });
    this.sign = make("p", { class: "fine typing-line", "aria-hidden": "true" });
    this.words = make("textarea", { rows: "2", maxlength: "4000", "aria-label": "Your words to them", oninput: () => { if (this.words.value.trim()) on.typing(); }, onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event) });
    const form = make("form", { class: "talk-form", onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); this.#send(); } }, this.words, make("button", { type: "submit", class: "primary" }, "Send"));
    this.element = make("div", { class: "talk-room" }, this.list, this.waiting, this.sign, this.line, ...(mayWrite ? [form, wordingBlock((words) => this.#put(words))] : []));
    this.place = mayWrite ? this.words : this.list;
  }

  focus() { this.place.focus(); }

  clear() { this.list.replaceChildren(); this.rows.clear(); }

  /** @param {Item} item @param {boolean} isMine @param {boolean} isNew it came just now */
  add(item, isMine, isNew) {
    const isAtEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 80; // px: a line or two from the end
    const row = rowOf(item, isMine);
    this.rows.set(item.pos, row);
    this.list.append(row);
    if (item.member) this.signs.stopped(item.member);
    this.#sign();
    if (isNew && !isMine && item.handle) this.on.wrote(item.handle);
    if (isAtEnd) this.list.scrollTop = this.list.scrollHeight;
  }

  /** @param {Item} item @param {boolean} isMine */
  change(item, isMine) {
    const row = rowOf(item, isMine);
    this.rows.get(item.pos)?.replaceWith(row);
    this.rows.set(item.pos, row);
  }

  /** @param {Attempt[]} attempts */
  attempts(attempts) {
    this.waiting.replaceChildren(...attempts.map(({ id, text, state, why }) => make("div", { class: "said mine" }, make("p", { class: "text" }, text),
      make("p", { class: "fine" }, state === "not_sent" ? `Not sent. ${why ?? ""} ` : "Sending…",
        ...(state === "not_sent" ? [make("button", { type: "button", onclick: () => this.on.retry(id) }, "Try again"), make("button", { type: "button", class: "plain", onclick: () => this.on.drop(id) }, "Discard")] : [])))));
  }

  /** @param {boolean} isLost */
  link(isLost) { this.line.textContent = isLost ? "The connection is lost. Your words are safe here; trying again…" : ""; }

  /** The talk is over: the room is taken off the page. */
  end() { this.element.remove(); }

  /** @param {{member: string, handle: string}} who */
  typing(who) {
    this.signs.came(who, Date.now());
    this.#sign();
    setTimeout(() => this.#sign(), TYPING_MS + 50);
  }

  #sign() { this.sign.textContent = typingLine(this.signs.names(Date.now())); }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Enter" || event.isComposing || event.shiftKey || !hasKeyboard()) return;
    event.preventDefault();
    this.#send();
  }

  /** Words from elsewhere, to be changed and sent, or not. @param {string} words */
  #put(words) {
    this.words.value = joined(this.words.value, words);
    this.words.focus();
  }

  #send() {
    const text = this.words.value.trim();
    if (text && this.on.say(text)) this.words.value = "";
    this.words.focus();
  }
}

/** @param {Item} item @param {boolean} isMine */
function rowOf(item, isMine) {
  if (item.kind === "notice") return make("p", { class: "fine" }, item.text);
  const text = item.goneBy ? GONE[/** @type {keyof typeof GONE} */ (item.goneBy)] : item.text;
  return make("div", { class: `said${isMine ? " mine" : ""}` }, make("p", { class: "fine" }, `${isMine ? "You" : item.handle} · `, make("time", { datetime: new Date(item.at).toISOString() }, timeOf(item.at))), make("p", { class: "text" }, text));
}
