// @ts-check
// The private card: a quiet panel above the composer that only its member sees. It takes no focus and covers nothing for good.

import { keep, kept } from "../net/kept.js";
import { Card } from "../state/card.js";
import { linesBlock } from "./lines.js";
import { byId } from "./make.js";
import { announce } from "./status.js";

const KEY = "card-closed";
const ASKED = "Your wish to talk is with the moderators now. How soon one is free nobody can promise; you can go on here meanwhile.";
const MISREAD = "Thank you for saying so. Nothing else follows from it.";

export class CardPanel {
  /** @param {(frame: any) => Promise<string>} ask */
  constructor(ask) {
    this.ask = ask;
    this.card = new Card(kept(KEY, null));
    this.panel = byId("card");
    this.said = byId("card-said");
    byId("card-talk").addEventListener("click", () => this.#ask({ do: "ask_moderator" }, ASKED));
    byId("card-misread").addEventListener("click", () => this.#misread());
    byId("card-close").addEventListener("click", () => { this.#keepClosed(); byId("words").focus({ preventScroll: true }); });
    byId("card-again").addEventListener("click", () => { this.card.reopen(); keep(KEY, null); this.#draw(); byId("card-title").focus(); });
    byId("card-lines").addEventListener("click", () => this.#lines());
    byId("lines-close").addEventListener("click", () => byId("lines-dialog").close());
  }

  /** @param {any} event */
  came(event) {
    if (this.card.came(event.card)) {
      this.#begin();
      announce("card", `Only you see this: ${byId("card-words").textContent} It stands above the message field.`);
    }
    this.#draw();
  }

  /** A new card begins without what was said of an earlier one. */
  #begin() {
    this.said.textContent = "";
    for (const button of this.panel.querySelectorAll("button")) button.hidden = false;
  }

  #keepClosed() {
    this.card.close();
    keep(KEY, this.card.closed);
    this.#draw();
  }

  #draw() {
    this.panel.hidden = !this.card.isOpen;
    byId("card-again").hidden = this.card.id === null || this.card.isOpen;
  }

  /** @param {any} frame @param {string} done @returns {Promise<boolean>} whether it arrived */
  async #ask(frame, done) {
    this.said.textContent = "One moment…";
    const fault = await this.ask(frame);
    this.said.textContent = fault || done;
    if (!fault) byId(frame.do === "misread" ? "card-misread" : "card-talk").hidden = true;
    if (!fault) byId("card-close").focus();
    return !fault;
  }

  async #misread() {
    const id = this.card.id;
    if (!await this.#ask({ do: "misread", card: id }, MISREAD) || this.card.id !== id) return;
    for (const name of ["card-talk", "card-lines"]) byId(name).hidden = true;
    byId("card-close").addEventListener("click", () => { this.card.gone(); this.#draw(); }, { once: true });
  }

  #lines() {
    const list = byId("card-list");
    if (!list.childElementCount) list.append(linesBlock());
    byId("lines-dialog").showModal();
  }
}
