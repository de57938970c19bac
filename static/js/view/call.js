// @ts-check
// Two quiet forms that reach the moderators and nobody else: help for oneself, and a word about a message.

import { quoteOf } from "../state/words.js";
import { linesBlock } from "./lines.js";
import { byId } from "./make.js";

const THANKS = { report: "Thank you. The moderators have it now. Nobody in the room sees that you told them.",
  appeal: "A moderator who did not do it will look at it again. The answer comes to you here.",
  ask_moderator: "The moderators have it now. How soon one is free nobody can promise; you can go on here meanwhile." };

export class Calls {
  /** @param {(frame: any) => Promise<string>} ask */
  constructor(ask) {
    this.ask = ask;
    /** @type {string|null} */ this.target = null;
    for (const name of ["help", "returned-ask"]) byId(name).addEventListener("click", () => this.help());
    this.#form("help", () => ({ do: "ask_moderator", ...words("help-words") }));
    /** @type {string|null} */ this.receipt = null;
    this.#form("appeal", () => ({ do: "appeal", receipt: this.receipt, ...words("appeal-words") }));
    this.#form("report", () => ({ do: "report", pos: this.target, why: why(), ...words("report-words") }));
  }

  /** @param {string} name @param {() => any} frame */
  #form(name, frame) {
    byId(`${name}-form`).addEventListener("submit", (/** @type {Event} */ event) => { event.preventDefault(); this.#send(name, frame()); });
    byId(`${name}-close`).addEventListener("click", () => byId(`${name}-dialog`).close());
    byId(`${name}-dialog`).addEventListener("close", () => { byId(`${name}-words`).value = ""; });
  }

  help() {
    this.#open("help");
    const list = byId("help-list");
    if (!list.childElementCount) list.append(linesBlock());
  }

  /** @param {import("../state/timeline.js").Item} item */
  report(item) {
    this.target = item.pos;
    byId("report-about").textContent = quoteOf(item);
    byId("report-concern").checked = true;
    this.#open("report");
  }

  /** @param {{receipt: string, why: string}} sanction */
  appeal({ receipt, why }) {
    this.receipt = receipt;
    byId("appeal-about").textContent = `It was said: ${why} Receipt: ${receipt}`;
    this.#open("appeal");
  }

  /** @param {string} name */
  #open(name) {
    byId(`${name}-said`).textContent = "";
    byId(`${name}-fields`).hidden = false;
    byId(`${name}-dialog`).showModal();
  }

  /** @param {string} name @param {any} frame */
  async #send(name, frame) {
    const said = byId(`${name}-said`), button = byId(`${name}-send`);
    button.disabled = true;
    said.textContent = "One moment…";
    const fault = await this.ask(frame);
    button.disabled = false;
    said.textContent = fault || THANKS[/** @type {keyof THANKS} */ (frame.do)];
    if (fault) return;
    byId(`${name}-words`).value = "";
    byId(`${name}-fields`).hidden = true;
    byId(`${name}-close`).focus();
  }
}

/** @param {string} field @returns {{words?: string}} */
function words(field) { const text = byId(field).value.trim(); return text ? { words: text } : {}; }

const why = () => byId("report-concern").checked ? "concern" : "rule";
