// @ts-check
// What can be done about the open case: a row of buttons, the rest behind "More", one form at a time, and taking back.

import { byId, make } from "../view/make.js";
import { ActForm } from "./actform.js";
import { Closing } from "./closing.js";
import { Reasons } from "./reasons.js";
import { offered } from "./state/acts.js";
import { Undo } from "./undo.js";

/** @typedef {import("./state/terms.js").Case} Case */
/** @typedef {import("./state/acts.js").Act} Act */

export class Steps {
  /** @param {import("./claims.js").Claims} claims @param {import("./state/drafts.js").Drafts} drafts @param {{close: (words: any) => Promise<string>, changed: () => void, decided: (id: string) => void}} on */
  constructor(claims, drafts, on) {
    this.claims = claims;
    this.drafts = drafts;
    this.on = on;
    /** @type {Case|null} */ this.one = null;
    /** @type {any} the button whose form is open */ this.button = null;
    this.reasons = new Reasons();
    this.undo = new Undo(() => claims.now());
    this.form = new ActForm(drafts, { order: (order, act) => this.#order(order, act), changed: on.changed, folded: () => this.#folded() });
    this.closing = new Closing(drafts, { close: on.close, changed: on.changed, opened: () => this.form.fold() });
    byId("more").addEventListener("click", () => this.#more(byId("more-acts").hidden));
  }

  /** @param {Case} one */
  about(one) {
    this.one = one;
    this.reasons.about(one.group.slug);
    const { first, more } = offered(one);
    byId("first-acts").replaceChildren(...first.map((act) => this.#opener(act)));
    byId("more-acts").replaceChildren(...more.map((act) => this.#opener(act)));
    byId("more").hidden = !more.length;
    this.#more(false);
    this.form.fold();
    this.closing.about(one.id);
  }

  /** Whether a form had the focus, and is folded now. @returns {boolean} */
  back() {
    if (this.closing.isOpen && byId("closing").contains(document.activeElement)) { this.closing.fold(); return true; }
    if (!this.form.isOpen || !byId("act-form").contains(document.activeElement)) return false;
    this.form.fold();
    this.#folded();
    return true;
  }

  /** @param {Act} act */
  #opener(act) {
    const button = make("button", { type: "button", onclick: () => this.#open(act, button) }, act.name);
    return button;
  }

  /** @param {Act} act @param {any} button */
  async #open(act, button) {
    const { one } = this;
    if (!one) return;
    const reasons = await this.reasons.of(one.group.slug, act.act);
    if (one !== this.one) return;
    this.button = button;
    this.closing.hide();
    this.form.open(act, one, reasons);
  }

  /** @param {boolean} isShown */
  #more(isShown) {
    byId("more-acts").hidden = !isShown;
    byId("more").setAttribute("aria-expanded", String(isShown));
  }

  #folded() { (this.button?.checkVisibility() ? this.button : byId("case-title")).focus(); }

  /** @param {any} order @param {Act} act @returns {Promise<string>} */
  async #order(order, act) {
    const id = this.one?.id ?? "", { fault, answer } = await this.claims.act(id, act.step ?? "acts", order);
    if (fault) return fault.message;
    for (const field of act.fields) this.drafts.write(id, `${act.act}.${field}`, "");
    this.on.changed();
    this.undo.offer(act.done, answer.act, answer.undo_until ?? null);
    if (this.one?.id !== id) return "";
    this.form.fold();
    byId("case-title").focus();
    if (act.step) this.on.decided(id);
    return "";
  }
}
