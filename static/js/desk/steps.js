// @ts-check
// What can be done about the open case: a row of buttons, the rest behind "More", one form at a time, and taking back.

import { byId, make } from "../view/make.js";
import { ActForm } from "./actform.js";
import { Closing } from "./closing.js";
import { Reasons } from "./reasons.js";
import { draftKey, fieldsOf, offered } from "./state/acts.js";
import { Undo } from "./undo.js";

/** @typedef {import("./state/terms.js").Case} Case */
/** @typedef {import("./state/catalogue.js").Act} Act */
/** @typedef {import("./actform.js").Target} Target */

const PARTS = { decision: "What waits", talk: "The talk", message: "The message", person: "The person", room: "The room", case: "The case" };

export class Steps {
  /** @param {import("./claims.js").Claims} claims @param {import("./state/drafts.js").Drafts} drafts @param {{close: (words: any) => Promise<string>, changed: () => void, done: (act: Act, id: string) => void}} on */
  constructor(claims, drafts, on) {
    this.claims = claims;
    this.drafts = drafts;
    this.on = on;
    /** @type {Case|null} */ this.one = null;
    this.drawn = "";
    /** @type {string} the act whose form was opened last */ this.act = "";
    this.reasons = new Reasons();
    this.undo = new Undo(() => claims.now());
    this.form = new ActForm(drafts, { order: (order, act, target) => this.#order(order, act, target), changed: on.changed, folded: () => this.#folded() });
    this.closing = new Closing(drafts, { close: on.close, changed: on.changed, opened: () => this.form.fold() });
    byId("more").addEventListener("click", () => this.#more(byId("more-acts").hidden));
  }

  /** @param {Case} one */
  about(one) {
    this.reasons.about(one.group.slug);
    this.draw(one);
    this.#more(false);
    this.form.fold();
    this.closing.about(one.id);
  }

  /** What can be done as the case stands now. @param {Case} one */
  draw(one) {
    this.one = one;
    for (const id of ["doing", "close-open"]) byId(id).hidden = !!one.is_own;
    const { first, more } = offered(one), drawn = JSON.stringify([first, more].map((acts) => acts.map(({ act }) => act)));
    if (drawn === this.drawn) return;
    const focused = /** @type {any} */ (document.activeElement)?.dataset.act;
    this.drawn = drawn;
    byId("first-acts").replaceChildren(...first.map((act) => this.#opener(act)));
    byId("more-acts").replaceChildren(...Object.entries(PARTS).map(([of, name]) => this.#part(name, more.filter((act) => act.of === of))).filter(Boolean));
    byId("more").hidden = !more.length;
    if (focused) focusOn(focused);
  }

  /** Whether a form had the focus, and is folded now. @returns {boolean} */
  back() {
    if (this.closing.isOpen && byId("closing").contains(document.activeElement)) { this.closing.fold(); return true; }
    if (!this.form.hasFocus) return false;
    this.form.fold();
    this.#folded();
    return true;
  }

  /** @param {string} name @param {Act[]} acts */
  #part(name, acts) {
    return acts.length ? make("div", { class: "part", role: "group", "aria-label": name }, make("span", { class: "fine", "aria-hidden": "true" }, name), make("div", { class: "steps" }, ...acts.map((act) => this.#opener(act)))) : null;
  }

  /** @param {Act} act */
  #opener(act) {
    return make("button", { type: "button", "data-act": act.act, onclick: () => this.open(act) }, act.name);
  }

  /** @param {Act} act @param {Target|null} [target] another message than the case's */
  async open(act, target = null) {
    const { one } = this;
    if (!one) return;
    const reasons = await this.reasons.of(one.group.slug, act.act);
    if (one.id !== this.one?.id) return;
    this.act = act.act;
    this.closing.hide();
    this.form.open(act, { id: one.id, fields: fieldsOf(act, one), reasons, where: target?.said ?? "", target });
  }

  /** @param {boolean} isShown */
  #more(isShown) {
    byId("more-acts").hidden = !isShown;
    byId("more").setAttribute("aria-expanded", String(isShown));
  }

  #folded() {
    if (this.form.about.target) this.form.about.target.focus();
    else focusOn(this.act);
  }

  /** @param {any} order @param {Act} act @param {Target|null} target @returns {Promise<string>} */
  async #order(order, act, target) {
    const { one } = this, id = one?.id ?? "";
    if (!one) return "";
    const { fault, answer } = await this.claims.act(id, act, act.path?.(one) ?? `cases/${id}/acts`, order);
    if (fault) return fault.message;
    for (const field of act.fields) this.drafts.write(id, draftKey(act, field, target?.pos), "");
    this.on.changed();
    this.undo.offer(act.done, answer.act, answer.undo_until ?? null, target?.undone);
    if (this.one?.id !== id) return "";
    this.form.fold();
    target?.done(act);
    if (target) target.focus();
    else byId("case-title").focus();
    this.on.done(act, id);
    return "";
  }
}

/** The button of an act, or the case when it is not to be seen. @param {string} act */
function focusOn(act) {
  const button = byId("case").querySelector(`[data-act="${act}"]`);
  (button?.checkVisibility() ? button : byId("case-title")).focus();
}
