// @ts-check
// The words of a case: closed until somebody opens them, for looking is logged and is the reader's choice. The spans of the reasons are marked.

import { keep, kept } from "../net/kept.js";
import { timeOf } from "../state/days.js";
import { byId, make } from "../view/make.js";
import { ask, Refused } from "./ask.js";
import { limitLine } from "./state/limits.js";
import { marked } from "./state/marks.js";

/** @typedef {import("./state/terms.js").Case} Case */
/** @typedef {{case: Case, message: {text: string, at: number}|null, before: {handle: string, text: string, at: number}[], words: string|null, sanction: import("./state/limits.js").Limit|null}} Scene */

const KEY = "desk-words-open";

export class Words {
  /** @param {(fault: Refused) => void} refused */
  constructor(refused) {
    this.refused = refused;
    /** @type {string|null} */ this.id = null;
    this.button = byId("words-open");
    this.always = byId("words-always");
    this.place = byId("words");
    this.always.checked = kept(KEY, false);
    this.button.addEventListener("click", () => this.turn());
    this.always.addEventListener("change", () => { keep(KEY, this.always.checked); if (this.always.checked && this.place.hidden) this.turn(); });
  }

  /** Another case: closed, unless the reader has chosen otherwise. @param {string} id */
  about(id) {
    this.id = id;
    this.#show(false);
    if (this.always.checked) this.turn();
  }

  /** Opens or closes. */
  async turn() {
    if (!this.place.hidden) return this.#show(false);
    const id = this.id;
    try {
      const scene = await ask(`cases/${id}`);
      if (id !== this.id) return;
      this.place.replaceChildren(...drawn(scene));
      this.#show(true);
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      this.refused(fault);
    }
  }

  /** @param {boolean} isShown */
  #show(isShown) {
    this.place.hidden = !isShown;
    this.button.setAttribute("aria-expanded", String(isShown));
    byId("words-open-name").textContent = isShown ? "Hide the words" : "Show the words";
    if (!isShown) this.place.replaceChildren();
  }
}

/** @type {Record<string, string>} */
const CALLS = { asked: "To the moderators:", appeal: "They ask for another look:" };

/** @param {Scene} scene */
function drawn({ case: one, message, before, words, sanction }) {
  const parts = sanction ? [said("What was decided:", limitLine(sanction))] : [];
  parts.push(...before.map(({ handle, text, at }) => line("said", handle, at, text)));
  if (message) parts.push(line("said about-it", one.handle || "Somebody who has left", message.at, ...marked(message.text, one.reasons).map(({ text, isMarked }) => isMarked ? make("mark", {}, text) : text)));
  if (words) parts.push(said(CALLS[one.kind] ?? "Who called you wrote:", words));
  if (!message && !words) parts.push(make("p", { class: "fine" }, one.kind === "asked" ? "Nothing was written with it." : "The message is not there any more."));
  return parts;
}

/** @param {string} name @param {string} text */
function said(name, text) { return make("div", { class: "said" }, make("p", { class: "fine" }, name), make("p", { class: "text" }, text)); }

/** @param {string} name @param {string} handle @param {number} at @param {...(Node|string)} text */
function line(name, handle, at, ...text) {
  return make("div", { class: name }, make("p", { class: "fine" }, `${handle} · `, make("time", { datetime: new Date(at).toISOString() }, timeOf(at))), make("p", { class: "text" }, ...text));
}
