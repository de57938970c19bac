// @ts-check
// The words of a case: closed until somebody opens them, for looking is logged and is the reader's choice. The spans of the reasons are marked.

import { keep, kept } from "../net/kept.js";
import { timeOf } from "../state/days.js";
import { byId, make } from "../view/make.js";
import { ask, Refused } from "./ask.js";
import { ofMessage } from "./state/acts.js";
import { limitLine } from "./state/limits.js";
import { marked } from "./state/marks.js";
import { paceLine } from "./state/pace.js";

/** @typedef {import("./state/terms.js").Case} Case */
/** @typedef {{case: Case, message: {text: string, at: number, removed: boolean, pos: string|null}|null, before: Line[], words: string|null,
 *   sanction: import("./state/limits.js").Limit|null, pace: import("./state/pace.js").Pace}} Scene */
/** @typedef {{handle: string, text: string, at: number, pos: string|null, removed?: boolean}} Line */
/** @typedef {(act: import("./state/catalogue.js").Act, target: import("./actform.js").Target) => void} Open */

const KEY = "desk-words-open";
const STATES = { fold: " · folded", remove: " · removed", restore: " · shown again" };
const SHORT = 80; // code points: enough to know which message it is

export class Words {
  /** @param {(fault: Refused) => void} refused @param {Open} open the form of an act on one message */
  constructor(refused, open) {
    this.refused = refused;
    this.open = open;
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
      this.place.replaceChildren(...drawn(scene, this.open));
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

/** @param {Scene} scene @param {Open} open */
function drawn({ case: one, message, before, words, sanction, pace }, open) {
  const parts = [make("p", { class: "fine" }, paceLine(pace)), ...(sanction ? [said("What was decided:", limitLine(sanction))] : [])];
  const may = one.is_own ? null : open; // others decide what one did oneself
  parts.push(...before.map((each) => line("said", each, may, each.text)));
  if (message) parts.push(line("said about-it", { ...message, handle: one.handle || "Somebody who has left" }, may, ...marked(message.text, one.reasons).map(({ text, isMarked }) => isMarked ? make("mark", {}, text) : text)));
  if (words) parts.push(said(CALLS[one.kind] ?? "Who called you wrote:", words));
  if (!message && !words) parts.push(make("p", { class: "fine" }, one.kind === "asked" ? "Nothing was written with it." : "The message is not there any more."));
  return parts;
}

/** @param {string} name @param {string} text */
function said(name, text) { return make("div", { class: "said" }, make("p", { class: "fine" }, name), make("p", { class: "text" }, text)); }

/** @param {string} name @param {Line} it @param {Open|null} open null: nothing may be done about it @param {...(Node|string)} text */
function line(name, it, open, ...text) {
  const state = make("span", {}, it.removed ? STATES.remove : "");
  const head = make("p", { class: "fine" }, `${it.handle} · `, make("time", { datetime: new Date(it.at).toISOString() }, timeOf(it.at)), state);
  return make("div", { class: name }, head, make("p", { class: "text" }, ...text), ...(it.pos && open ? [actsOn(it, it.pos, state, open)] : []));
}

/** What can be done about this message, folded away. @param {Line} it @param {string} pos @param {any} state says what was done @param {Open} open */
function actsOn(it, pos, state, open) {
  const at = timeOf(it.at), summary = make("summary", { "aria-label": `Act on this: ${it.handle}, ${at}` }, "Act on this"), steps = make("div", { class: "steps" });
  const block = make("details", { class: "act-on" }, summary, steps);
  let was = state.textContent;
  const show = (/** @type {string} */ words) => {
    state.textContent = words;
    steps.replaceChildren(...ofMessage(words === STATES.remove).map((act) => make("button", { type: "button", onclick: () => open(act, target) }, act.name)));
  };
  const target = { pos, said: `About what ${it.handle} wrote at ${at}: “${shortened(it.text)}”`, focus: () => (summary.isConnected ? summary : byId("case-title")).focus(), undone: () => show(was),
    done: (/** @type {{act: string}} */ { act }) => { was = state.textContent; show(STATES[/** @type {keyof typeof STATES} */ (act)]); block.open = false; } };
  show(was);
  return block;
}

/** @param {string} text */
const shortened = (text) => [...text].length > SHORT ? `${[...text].slice(0, SHORT).join("")}…` : text;
