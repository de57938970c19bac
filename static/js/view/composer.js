// @ts-check
// The composer: keeps its draft, sends with Enter where there is a keyboard, says how much room is left near the end.

import { keep, kept } from "../net/kept.js";
import { adviceLine } from "../state/advice.js";
import { quoteOf } from "../state/words.js";
import { Bar } from "./bar.js";
import { byId, hasKeyboard } from "./make.js";

const LONGEST = 4000, SHOW_FROM = 3600; // docs/protocol.md; the count shows when one tenth is left
const KEPT = "Kept for later…"; // while nothing can be sent: no invitation to write
const MOST_ROWS = 8, ROW_PX = 25;       // only where the browser cannot size the field by itself

export class Composer {
  /** @param {string} group @param {{say: (words: {text: string, reply_to?: string, note?: string}) => boolean, typing: () => void, appeal: (sanction: any) => void}} on `say` tells whether the words were taken */
  constructor(group, on) {
    this.key = `draft:${group}`;
    this.on = on;
    /** @type {import("../state/timeline.js").Item|null} */ this.reply = null;
    this.bars = new Bar(() => this.#barred(), (sanction) => this.on.appeal(sanction));
    this.words = byId("words");
    this.inviting = this.words.placeholder;
    this.note = byId("note");
    const draft = kept(this.key, { text: "", note: "" });
    /** @type {import("../state/advice.js").Because|null} */ this.because = draft.because ?? null;
    /** @type {string|undefined} */ this.answering = draft.answering;
    this.words.value = draft.text;
    this.note.value = draft.note;
    this.words.enterKeyHint = hasKeyboard() ? "send" : "enter";
    this.#openNote(!!draft.note);
    this.#advise(this.because);
    this.#listen();
    this.#changed();
  }

  #listen() {
    this.words.addEventListener("input", () => { this.#changed(); if (this.words.value.trim()) this.on.typing(); });
    this.note.addEventListener("input", () => this.#changed());
    for (const field of [this.words, this.note]) field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" || event.isComposing || field === this.words && (event.shiftKey || !hasKeyboard())) return;
      event.preventDefault();
      if (field === this.note) this.words.focus(); else this.#send();
    });
    byId("composer").addEventListener("submit", (/** @type {Event} */ event) => { event.preventDefault(); this.#send(); });
    byId("returned-close").addEventListener("click", () => { this.#advise(null); this.#changed(); this.focus(); });
    byId("reply-cancel").addEventListener("click", () => this.replyTo(null));
    byId("note-open").addEventListener("click", () => { this.#openNote(byId("note-line").hidden); (byId("note-line").hidden ? this.words : this.note).focus(); });
  }

  focus() { this.words.focus({ preventScroll: true }); }

  /** @param {import("../state/timeline.js").Item|null} item */
  replyTo(item) {
    this.#answer(item);
    this.focus();
  }

  /** @param {import("../state/timeline.js").Item|null} item */
  #answer(item) {
    this.reply = item;
    this.answering = item?.pos;
    byId("replying").hidden = !item;
    byId("replying-to").textContent = item ? `Answering ${quoteOf(item)}` : "";
    this.#changed();
  }

  /** The room is there again after a reload: what the draft answered is found in it, or answered no longer.
   *  @param {(pos: string) => import("../state/timeline.js").Item|undefined} find */
  recall(find) {
    const item = this.answering && find(this.answering);
    this.#answer(item && !item.goneBy ? item : null);
  }

  /** The message was taken back or removed: it is quoted no longer. @param {string} pos */
  gone(pos) { if (this.reply?.pos === pos) this.#answer(null); }

  /** What keeps this person from writing, or nothing. @param {import("../state/standing.js").Sanction|null} sanction */
  bar(sanction) { this.bars.set(sanction); }

  /** What a moderator set for the whole room. @param {any} calm */
  calm(calm) { this.bars.setCalm(calm); }

  /** @param {string} receipt */
  unbar(receipt) { this.bars.lift(receipt); }

  #barred() {
    byId("send").disabled = this.bars.stands;
    this.words.placeholder = this.bars.stands ? KEPT : this.inviting;
  }

  isEmpty() { return !this.words.value.trim(); }

  /** Words that the room did not take come back to their author, with what was said of them.
   *  @param {import("../state/outbox.js").Attempt} attempt @param {import("../state/timeline.js").Item|undefined} item what they answered */
  giveBack({ text, note, because, why }, item) {
    this.words.value = this.isEmpty() ? text : `${text}\n\n${this.words.value}`;
    this.#openNote(!!note || !!this.note.value);
    if (note) this.note.value = note;
    if (item && !item.goneBy) this.replyTo(item);
    this.#advise(because ?? { label: "", what: why ?? "", why: "", instead: "" });
    this.#changed();
    this.focus();
  }

  /** @param {import("../state/advice.js").Because|null} because */
  #advise(because) {
    this.because = because;
    byId("returned").hidden = !because;
    byId("returned-words").textContent = because ? adviceLine(because) : "";
  }

  /** @param {boolean} isOpen */
  #openNote(isOpen) {
    byId("note-line").hidden = !isOpen;
    byId("note-open").setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) this.note.value = "";
  }

  #changed() {
    const text = this.words.value, counter = byId("counter");
    keep(this.key, { text, note: this.note.value, because: this.because, answering: this.answering });
    counter.hidden = text.length < SHOW_FROM;
    counter.textContent = text.length < SHOW_FROM ? "" : `${LONGEST - text.length} characters left`;
    if (CSS.supports("field-sizing", "content")) return;
    this.words.rows = 1;
    this.words.rows = Math.min(MOST_ROWS, Math.max(1, Math.floor(this.words.scrollHeight / ROW_PX)));
  }

  #send() {
    const text = this.words.value.trim();
    if (text && !this.bars.stands && this.on.say({ text, reply_to: this.reply?.pos, note: this.note.value.trim() || undefined })) {
      this.words.value = "";
      this.#advise(null);
      this.#openNote(false);
      this.#changed();
      this.replyTo(null);
    }
    this.focus();
  }
}
