// @ts-check
// Care for whoever sits here: a pause offered after a crisis, and roughly how much one has seen, when one asks.

import { byId, make } from "../view/make.js";
import { ask, Refused } from "./ask.js";
import { loadLine } from "./state/care.js";

export class Care {
  constructor() {
    byId("pause-yes").addEventListener("click", () => this.#pause());
    byId("pause-no").addEventListener("click", () => this.#done("All right."));
    byId("care-open").addEventListener("toggle", () => { if (byId("care-open").open) this.#load(); });
  }

  /** A crisis case was closed just now. */
  offer() { byId("pause").hidden = false; }

  async #pause() {
    this.#done(await ask("duty", { on: false }).then(() => "You are off duty. Somebody else looks after what comes.", wordsOf));
  }

  /** @param {string} words */
  #done(words) {
    byId("pause").hidden = true;
    byId("board-said").textContent = words;
    byId("queue-title").focus();
  }

  async #load() {
    const lines = await ask("care").then(({ you, others = [] }) => [`You: ${loadLine(you)}`, ...others.map((/** @type {any} */ each) => `${each.name}: ${loadLine(each)}`)], (fault) => [wordsOf(fault)]);
    byId("care").replaceChildren(...lines.map((line) => make("p", {}, line)));
  }
}

/** @param {unknown} fault @returns {string} */
function wordsOf(fault) {
  if (!(fault instanceof Refused)) throw fault;
  return fault.message;
}
