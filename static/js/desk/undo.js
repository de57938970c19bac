// @ts-check
// The bar that takes back what was just done: ten seconds, by the server's clock, wherever on the desk one is by then.

import { byId } from "../view/make.js";
import { ask, Refused } from "./ask.js";

const UNDO_S = 10;     // docs/desk.md; the server's clock as it is known here may be some ms behind
const SAY_MS = 4_000; // how long it says what became of it

export class Undo {
  /** @param {() => number} now the server's time, ms */
  constructor(now) {
    this.now = now;
    /** @type {{act: string, until_ms: number, undone?: () => void}|null} */ this.last = null;
    /** @type {ReturnType<typeof setTimeout>|undefined} */ this.timer = undefined;
    byId("undo").addEventListener("click", () => this.undo());
  }

  /** @param {string} words what was done @param {string} act its id @param {number|null} until_ms null: it cannot be taken back @param {() => void} [undone] */
  offer(words, act, until_ms, undone) {
    this.last = until_ms === null ? null : { act, until_ms, undone };
    byId("undo-said").textContent = words;
    byId("undo-bar").classList.remove("unseen");
    this.#count();
  }

  async undo() {
    if (!this.last) return;
    const { act, undone } = this.last;
    this.last = null;
    const words = await ask(`acts/${act}/undo`, {}).then(() => { undone?.(); return "Taken back."; }, (fault) => { if (fault instanceof Refused) return fault.message; throw fault; });
    byId("undo-said").textContent = words;
    this.#end();
  }

  #count() {
    clearTimeout(this.timer);
    const left_s = this.last ? Math.min(UNDO_S, Math.ceil((this.last.until_ms - this.now()) / 1000)) : 0;
    if (left_s <= 0) return this.#end();
    this.#turn(true);
    byId("undo-left").textContent = String(left_s);
    this.timer = setTimeout(() => this.#count(), 250);
  }

  #end() {
    this.last = null;
    this.#turn(false);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { byId("undo-bar").classList.add("unseen"); byId("undo-said").textContent = ""; }, SAY_MS);
  }

  /** @param {boolean} isShown */
  #turn(isShown) {
    const button = byId("undo"), hadFocus = document.activeElement === button;
    button.hidden = !isShown;
    if (hadFocus && !isShown) byId(byId("case").hidden ? "queue-title" : "case-title").focus();
  }
}
