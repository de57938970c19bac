// @ts-check
// Closing a case: what came of it, and why, for the log. What is typed is kept until it is sent.

import { byId } from "../view/make.js";

const OUTCOMES = ["helped", "no_need", "acted", "misread"];

export class Closing {
  /** @param {import("./state/drafts.js").Drafts} drafts @param {{close: (words: {outcome: string, reason: string}) => Promise<string>, changed: () => void, opened: () => void}} on `close` gives "" or what went wrong */
  constructor(drafts, on) {
    this.drafts = drafts;
    this.on = on;
    /** @type {string|null} */ this.id = null;
    this.form = byId("closing");
    this.reason = byId("close-reason");
    byId("close-open").addEventListener("click", () => this.open());
    byId("close-cancel").addEventListener("click", () => this.fold());
    this.form.addEventListener("submit", (/** @type {Event} */ event) => { event.preventDefault(); this.#send(); });
    this.form.addEventListener("input", () => this.#keep());
  }

  get isOpen() { return !this.form.hidden; }

  /** Another case, with what was typed about it. @param {string} id */
  about(id) {
    this.id = id;
    const { outcome, reason } = this.drafts.at(id);
    for (const each of OUTCOMES) this.#choice(each).checked = each === outcome;
    this.reason.value = reason ?? "";
    byId("close-said").textContent = "";
    this.#show(!!reason || !!outcome);
  }

  open() {
    if (byId("close-open").hidden) return; // one's own act
    this.on.opened();
    this.#show(true);
    (this.form.querySelector("input:checked") ?? this.#choice("helped")).focus();
    this.form.scrollIntoView({ block: "nearest" });
  }

  /** Closes the form, not the case; what was typed stays. */
  fold() {
    this.hide();
    byId("close-open").focus();
  }

  /** As another form opens. */
  hide() { this.#show(false); }

  /** @param {string} outcome */
  #choice(outcome) { return byId(`outcome-${outcome}`); }

  /** @param {boolean} isShown */
  #show(isShown) {
    this.form.hidden = !isShown;
    byId("close-open").setAttribute("aria-expanded", String(isShown));
  }

  #outcome() { return OUTCOMES.find((each) => this.#choice(each).checked) ?? ""; }

  #keep() {
    if (this.id === null) return;
    this.drafts.write(this.id, "outcome", this.#outcome());
    this.drafts.write(this.id, "reason", this.reason.value);
    this.on.changed();
  }

  async #send() {
    const said = byId("close-said"), send = byId("close-send"), outcome = this.#outcome(), reason = this.reason.value.trim();
    if (!outcome || !reason) {
      said.textContent = outcome ? "Please say why, in a few words." : "Please choose what came of it.";
      return (outcome ? this.reason : this.#choice("helped")).focus();
    }
    send.disabled = true;
    said.textContent = "One moment…";
    said.textContent = await this.on.close({ outcome, reason });
    send.disabled = false;
  }
}
