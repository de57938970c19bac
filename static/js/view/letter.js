// @ts-check
// Letters: a quiet panel above the composer, one at a time, that only this person sees. It takes no focus; "All right" puts it away everywhere.

import { Letters, told } from "../state/letters.js";
import { byId } from "./make.js";
import { announce } from "./status.js";

const AWAY = "The connection is lost just now. This stays until it is back.";

export class LetterPanel {
  /** @param {(frame: any) => boolean} send whether it could be sent @param {(sanction: any) => void} appeal */
  constructor(send, appeal) {
    this.send = send;
    byId("letter-appeal").addEventListener("click", () => { if (this.letters.first) appeal(this.letters.first); });
    this.letters = new Letters();
    /** @type {string|null} */ this.shown = null;
    byId("letter-seen").addEventListener("click", () => this.#seen());
  }

  /** @param {any} event */
  came(event) {
    if (!this.letters.came(event)) return;
    const { title, words, more } = told(event);
    announce(`letter ${event.letter}`, `${title}: ${words} ${more}`);
    this.#draw();
  }

  /** @param {string} id */
  gone(id) { if (this.letters.gone(id)) this.#draw(); }

  #seen() {
    const id = this.shown;
    if (id === null) return;
    if (!this.send({ do: "seen", letter: id })) { byId("letter-said").textContent = AWAY; return; }
    this.gone(id);
    if (this.shown === null) byId("words").focus({ preventScroll: true }); else byId("letter-title").focus();
  }

  #draw() {
    const letter = this.letters.first;
    byId("letter").hidden = !letter;
    byId("letter").dataset.kind = letter?.kind ?? "";
    if (letter?.letter === this.shown) return;
    this.shown = letter?.letter ?? null;
    const { title, words, more } = letter ? told(letter) : { title: "", words: "", more: "" };
    byId("letter-title").textContent = title;
    byId("letter-words").textContent = words;
    byId("letter-more").textContent = more;
    byId("letter-appeal").hidden = letter?.ev !== "sanction";
    byId("letter-said").textContent = "";
  }
}
