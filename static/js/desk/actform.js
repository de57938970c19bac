// @ts-check
// The form of one act: what it does, what it must be told, and why. What is typed is kept until it is done.

import { byId, make } from "../view/make.js";
import { draftKey, missing, orderOf } from "./state/acts.js";

/** @typedef {import("./state/catalogue.js").Act} Act */
/** @typedef {import("./state/catalogue.js").Field} Field */
/** @typedef {{pos: string, said: string, done: (act: Act) => void, undone: () => void, focus: () => void}} Target a message of the room: `said` is which, in words */

const LABELS = { text: "Your words", seconds: "For how long", level: "", on: "", to: "To whom", reason: "Why",
  is_sure: "I am sure: there is talk of danger here, and they need people more than rules." };
const LOGGED = "For the log: please without the member’s own words.";
const FINE = { reason: "Told to whom it concerns, and kept in the log: please without the member’s own words.", to: "A colleague’s name, as it stands here; empty, it goes to anybody." };
const NEEDED = { text: "Please write what you want to say.", seconds: "Please choose.", level: "Please choose.", on: "Please choose.", reason: "Please say why, in a few words.",
  is_sure: "Please tick that you are sure, or choose something gentler.", to: "" };
const MOST = { text: 4000, reason: 500, to: 80 };

/** @typedef {{id: string, fields: Field[], reasons: string[], where: string, target: Target|null}} About `id`: where what is typed is kept; `fields`: what is asked;
 *   `reasons`: the group's own; `where`: which message or room, in words, or ""; `target` null: no message but what the case is about */

export class ActForm {
  /** @param {import("./state/drafts.js").Drafts} drafts @param {{order: (order: any, act: Act, target: Target|null) => Promise<string>, changed: () => void, folded: () => void}} on `order` gives "" or what went wrong
   *  @param {string} [name] what the ids of its elements begin with */
  constructor(drafts, on, name = "act") {
    this.drafts = drafts;
    this.on = on;
    this.name = name;
    this.form = this.#part("form");
    /** @type {Act|null} */ this.act = null;
    /** @type {About} */ this.about = { id: "", fields: [], reasons: [], where: "", target: null };
    this.sent = ""; // what was ordered last, to know a repetition
    this.attempt = "";
    this.#part("cancel").addEventListener("click", () => { this.fold(); this.on.folded(); });
    this.form.addEventListener("submit", (/** @type {Event} */ event) => { event.preventDefault(); this.#send(); });
    this.form.addEventListener("input", () => this.#keep());
  }

  get isOpen() { return !this.form.hidden; }

  /** Whether it is open, and where somebody is. */
  get hasFocus() { return this.isOpen && this.form.contains(document.activeElement); }

  /** @param {Act} act @param {About} about */
  open(act, about) {
    Object.assign(this, { act, about });
    this.#part("title").textContent = this.#part("send").textContent = act.name;
    this.#part("about").textContent = act.about;
    this.#part("target").textContent = about.where;
    this.#part("said").textContent = "";
    const draft = this.drafts.at(about.id), fields = this.#part("fields");
    fields.replaceChildren(...about.fields.map((field) => control(field, act, draft[draftKey(act, field, about.target?.pos)] ?? "", about.reasons, this.name)));
    this.form.hidden = false;
    (fields.querySelector("textarea, select, input") ?? this.#part("send")).focus();
    this.form.scrollIntoView({ block: "nearest" });
  }

  /** Closes the form; what was typed stays. */
  fold() { this.form.hidden = true; this.act = null; }

  /** @param {string} name */
  #part(name) { return byId(`${this.name}-${name}`); }

  /** @returns {import("./state/acts.js").Draft} */
  #draft() {
    const inputs = /** @type {any[]} */ ([...this.#part("fields").querySelectorAll("[name]")]);
    return Object.fromEntries(inputs.map((input) => [input.name, input.type === "checkbox" ? (input.checked ? "yes" : "") : input.value]));
  }

  #keep() {
    const { act, about } = this;
    if (!act) return;
    for (const [field, words] of Object.entries(this.#draft())) this.drafts.write(about.id, draftKey(act, field, about.target?.pos), words);
    this.on.changed();
  }

  async #send() {
    const { act, about: { id, fields, target } } = this, said = this.#part("said"), button = this.#part("send");
    if (!act) return;
    const draft = this.#draft(), lacking = missing(fields, draft);
    said.textContent = lacking ? NEEDED[lacking] : "One moment…";
    if (lacking) return this.#part(lacking).focus();
    const words = JSON.stringify([id, act.act, target?.pos, draft]);
    if (words !== this.sent) Object.assign(this, { sent: words, attempt: crypto.randomUUID() }); // the same again is the same attempt: its answer may have been lost
    button.disabled = true;
    const fault = await this.on.order(orderOf(act, fields, draft, this.attempt, target?.pos), act, target);
    button.disabled = false;
    said.textContent = fault;
    if (!fault) this.sent = "";
  }
}

/** @param {Field} field @param {Act} act @param {string} typed @param {string[]} reasons @param {string} name */
function control(field, act, typed, reasons, name) {
  const set = { id: `${name}-${field}`, name: field, maxlength: MOST[/** @type {keyof typeof MOST} */ (field)] };
  if (field === "is_sure") return make("label", { class: "choice" }, make("input", { ...set, type: "checkbox", checked: typed === "yes" }), make("span", {}, LABELS[field]));
  const input = field === "seconds" || field === "level" || field === "on" ? chooser(set, act.options ?? [], typed) : make(field === "to" ? "input" : "textarea", { ...set, list: field === "to" ? "duty-names" : undefined, rows: field === "text" ? "3" : "2" });
  if (!input.value) input.value = typed;
  const fine = field === "reason" && act.isLogged ? LOGGED : FINE[/** @type {keyof typeof FINE} */ (field)];
  const isChoice = input.tagName === "SELECT";
  const label = make("label", { class: "field" }, (isChoice && act.label) || LABELS[field], ...(fine ? [" ", make("span", { class: "fine" }, fine)] : []), input);
  return field === "reason" && reasons.length ? make("div", { class: "fields" }, templates(reasons, input), label) : label;
}

/** @param {any} set @param {[string, string][]} options @param {string} typed */
function chooser(set, options, typed) {
  return make("select", set, make("option", { value: "" }, "Choose…"), ...options.map(([value, name]) => make("option", { value, selected: value === typed }, name)));
}

/** The group's own reasons: choosing one writes it into the field, where it can be changed. @param {string[]} reasons @param {any} input */
function templates(reasons, input) {
  const select = make("select", { onchange: () => { input.value = select.value || input.value; input.dispatchEvent(new Event("input", { bubbles: true })); } }, make("option", { value: "" }, "Write your own, or choose…"), ...reasons.map((words) => make("option", { value: words }, words)));
  return make("label", { class: "field" }, "Reasons of this group", select);
}
