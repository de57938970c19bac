// @ts-check
// The composer: keeps its draft, sends with Enter where there is a keyboard, says how much room is left near the end.

import { byId } from "./make.js";

const LONGEST = 4000, SHOW_FROM = 3600;

export class Composer {
  /** @param {string} group @param {{say: (text: string, reply?: string) => void, typing: () => void}} on */
  constructor(group, on) {
    this.key = `draft:${group}`;
    this.on = on;
    /** @type {any} */ this.reply = null;
    this.words = byId("words");
    this.words.value = sessionStorage.getItem(this.key) ?? "";
    this.words.addEventListener("input", () => this.#changed());
    this.words.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing && matchMedia("(hover: hover)").matches) { event.preventDefault(); this.#send(); }
    });
    byId("composer").addEventListener("submit", (/** @type {Event} */ event) => { event.preventDefault(); this.#send(); });
    byId("reply-cancel").addEventListener("click", () => this.replyTo(null));
  }

  focus() { this.words.focus(); }

  /** @param {any} item */
  replyTo(item) {
    this.reply = item;
    byId("replying").hidden = !item;
    byId("replying-to").textContent = item ? `Replying to ${item.handle}: ${item.text}` : "";
    this.focus();
  }

  #changed() {
    sessionStorage.setItem(this.key, this.words.value);
    const left = LONGEST - this.words.value.length, counter = byId("counter");
    counter.hidden = this.words.value.length < SHOW_FROM;
    counter.textContent = `${left} characters left`;
    if (this.words.value.trim()) this.on.typing();
  }

  #send() {
    const text = this.words.value.trim();
    if (!text) return this.focus();
    this.on.say(text, this.reply?.pos);
    this.words.value = "";
    this.replyTo(null);
    this.#changed();
  }
}
