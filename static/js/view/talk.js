// @ts-check
// The words of the two, what is on its way, and a field to write in. One talk at a time is drawn.

import { Typing, TYPING_MS, typingLine } from "../state/typing.js";
import { timeOf } from "../state/days.js";
import { avatar } from "./avatar.js";
import { byId, hasKeyboard, make } from "./make.js";

const NEAR_PX = 80; // a line or two from the end still counts as reading the newest
const SPOKEN = 10;  // lines kept for a screen reader that is behind
const STATES = { sending: "Sending…", sent: "Sent", held: "Sending…", returned: "Not sent.", not_sent: "Not sent." };

/** @typedef {import("../state/timeline.js").Item} Item */
/** @typedef {import("../state/outbox.js").Attempt} Attempt */

export class TalkView {
  /** @param {{say: (text: string) => boolean, typing: () => void, retry: (id: string) => void, drop: (id: string) => void}} on */
  constructor(on) {
    this.on = on;
    this.signs = new Typing();
    /** @type {Map<string, any>} */ this.rows = new Map();
    this.list = byId("talk-messages");
    this.waiting = byId("talk-waiting");
    this.scroller = byId("talk-scroller");
    this.words = byId("talk-words");
    this.words.value = "";
    this.words.oninput = () => { if (this.words.value.trim()) on.typing(); };
    this.words.onkeydown = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" || event.isComposing || event.shiftKey || !hasKeyboard()) return;
      event.preventDefault();
      this.#send();
    };
    byId("talk-form").onsubmit = (/** @type {Event} */ event) => { event.preventDefault(); this.#send(); };
    byId("talk-form").hidden = false;
    this.link(false);
  }

  clear() {
    for (const place of [this.list, this.waiting, byId("talk-announcer")]) place.replaceChildren();
    this.rows.clear();
    this.drawn = "";
  }

  /** @param {Item} item @param {boolean} isMine @param {boolean} isNew it came just now: read aloud when it is somebody else's */
  add(item, isMine, isNew) {
    const row = rowOf(item, isMine);
    this.rows.set(item.pos, row);
    this.#follow(() => this.list.append(row));
    if (item.member) { this.signs.stopped(item.member); this.#sign(); }
    if (isNew && !isMine) announce(item.pos, item.kind === "notice" ? item.text : `${item.handle}: ${item.text}`);
  }

  /** @param {Item} item @param {boolean} isMine */
  change(item, isMine) {
    const row = rowOf(item, isMine);
    this.rows.get(item.pos)?.replaceWith(row);
    this.rows.set(item.pos, row);
    if (item.goneBy) for (const line of byId("talk-announcer").children) if (line.dataset.pos === item.pos) line.remove();
  }

  /** @param {Attempt[]} attempts */
  attempts(attempts) {
    const drawn = attempts.map(({ id, state, why }) => `${id}|${state}|${why ?? ""}`).join();
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.#follow(() => this.waiting.replaceChildren(...attempts.map((each) => this.#attempt(each))));
  }

  /** @param {Attempt} attempt */
  #attempt({ id, text, state, why }) {
    const line = make("div", { class: "state" }, `${STATES[state]}${why ? ` ${why}` : ""}`);
    if (state === "not_sent" || state === "returned") {
      line.append(make("button", { type: "button", onclick: () => this.on.retry(id) }, "Try again"), make("button", { type: "button", class: "plain", onclick: () => this.on.drop(id) }, "Discard"));
    }
    return make("li", { class: "message mine first" }, make("div", { class: "line" }, make("div", { class: "words" }, make("p", { class: "text" }, text))), line);
  }

  /** @param {boolean} isLost */
  link(isLost) { byId("talk-link").textContent = isLost ? "The connection is lost. Your words are safe here; trying again…" : ""; }

  /** @param {{member: string, handle: string}} who */
  typing(who) {
    this.signs.came(who, Date.now());
    this.#sign();
    setTimeout(() => this.#sign(), TYPING_MS + 50);
  }

  /** Nothing can be written any more; what stands there can be read. */
  end() {
    byId("talk-form").hidden = true;
    this.link(false);
    byId("talk-typing").textContent = "";
  }

  toEnd() { this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: "instant" }); }

  #sign() { byId("talk-typing").textContent = typingLine(this.signs.names(Date.now())); }

  /** @param {() => void} change */
  #follow(change) {
    const isAtEnd = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_PX;
    change();
    if (isAtEnd) this.toEnd();
  }

  #send() {
    const text = this.words.value.trim();
    if (text && this.on.say(text)) { this.words.value = ""; this.toEnd(); }
    this.words.focus({ preventScroll: true });
  }
}

/** @param {Item} item @param {boolean} isMine */
function rowOf(item, isMine) {
  if (item.kind === "notice") return make("li", { class: "notice" }, item.text);
  const gone = item.goneBy ? (item.goneBy === "author" ? "Taken back by its author" : "Removed by a moderator") : "";
  return make("li", { class: `message first${isMine ? " mine" : item.member === "moderator" ? " moderator" : ""}${gone ? " gone" : ""}` }, avatar(item.member ?? ""),
    make("div", { class: "who" }, make("span", { class: "handle" }, isMine ? `${item.handle} (you)` : item.handle ?? ""), make("time", { class: "at", datetime: new Date(item.at).toISOString() }, timeOf(item.at))),
    make("div", { class: "line" }, make("div", { class: "words" }, make("p", { class: "text" }, gone || item.text))));
}

/** @param {string} pos @param {string} line */
function announce(pos, line) {
  const log = byId("talk-announcer");
  log.append(make("p", { "data-pos": pos }, line));
  while (log.childElementCount > SPOKEN) log.firstElementChild.remove();
}
