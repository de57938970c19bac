// @ts-check
// On duty or not: a switch, and who else is. It lasts while a desk of theirs is open; the server says how it stands.

import { byId, make } from "../view/make.js";
import { ask, Refused } from "./ask.js";
import { othersOn } from "./state/duty.js";

export class Duty {
  /** @param {(fault: Refused) => void} refused */
  constructor(refused) {
    this.refused = refused;
    this.box = byId("duty");
    this.isAsking = false;
    this.box.addEventListener("change", () => this.#turn());
  }

  /** @param {import("./state/duty.js").DutyTold} told */
  show(told) {
    if (!this.isAsking) this.box.checked = told.on;
    const names = told.people.filter((each) => !each.is_you).map((each) => each.name), line = othersOn(told);
    if (names.join() !== [...byId("duty-names").children].map((each) => each.value).join()) byId("duty-names").replaceChildren(...names.map((value) => make("option", { value })));
    if (byId("duty-others").textContent !== line) byId("duty-others").textContent = line;
  }

  async #turn() {
    this.isAsking = true;
    try {
      const told = await ask("duty", { on: this.box.checked });
      this.isAsking = false;
      this.show(told);
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      this.box.checked = !this.box.checked;
      this.refused(fault);
    } finally {
      this.isAsking = false;
    }
  }
}
