// @ts-check
// The line above the field that says why nothing can be sent, until when, and what can be done about it.

import { barLine, calmLine, stands } from "../state/standing.js";
import { byId } from "./make.js";

const LONGEST_MS = 2 ** 31 - 1; // what a timer takes

export class Bar {
  /** @param {() => void} changed @param {(sanction: any) => void} appeal */
  constructor(changed, appeal) {
    this.changed = changed;
    byId("barred-appeal").addEventListener("click", () => { if (this.sanction) appeal(this.sanction); });
    /** @type {import("../state/standing.js").Sanction|null} */ this.sanction = null;
    /** @type {any} */ this.calm = {};
    /** @type {ReturnType<typeof setTimeout>|undefined} */ this.end = undefined;
  }

  /** Whether nothing can be sent. */
  get stands() { return this.isBarred || !!this.calm.quiet; }

  get isBarred() { return stands(this.sanction, Date.now()); }

  /** What a moderator set for the whole room. @param {any} calm */
  setCalm(calm) { this.calm = calm; this.#draw(); }

  /** @param {import("../state/standing.js").Sanction|null} sanction */
  set(sanction) { this.sanction = sanction; this.#draw(); }

  /** @param {string} receipt */
  lift(receipt) { if (this.sanction?.receipt === receipt) this.set(null); }

  #draw() {
    clearTimeout(this.end);
    const isShown = this.isBarred, line = calmLine(this.calm);
    byId("calm").hidden = !line;
    byId("calm").textContent = line;
    byId("barred").hidden = !isShown;
    byId("barred-words").textContent = isShown && this.sanction ? barLine(this.sanction) : "";
    if (isShown && this.sanction?.until) this.end = setTimeout(() => this.#draw(), Math.min(LONGEST_MS, this.sanction.until - Date.now() + 500));
    this.changed();
  }
}
