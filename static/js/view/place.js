// @ts-check
// The reader's place: stays where it is while somebody reads back, follows the newest otherwise, counts what came meanwhile.

import { byId } from "./make.js";

const NEAR_PX = 80;

export class Place {
  constructor() {
    this.scroller = byId("scroller");
    this.button = byId("latest");
    this.count = 0;
    this.scroller.addEventListener("scroll", () => { if (this.isAtEnd()) this.#read(); }, { passive: true });
    this.button.addEventListener("click", () => this.toEnd());
    new ResizeObserver(() => { if (!this.count && this.stay) this.toEnd(); }).observe(this.scroller);
    this.stay = true;
  }

  isAtEnd() { return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_PX; }

  toEnd() { this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: "instant" }); this.#read(); }

  /** Runs a change of the list; `fresh` is how many messages of others it adds. @param {() => void} change @param {number} fresh */
  keep(change, fresh = 0) {
    const follow = this.isAtEnd() && !document.hidden;
    change();
    if (follow) return this.toEnd();
    this.count += fresh;
    this.stay = false;
    this.button.hidden = this.count === 0;
    this.button.textContent = `${this.count} new ↓`;
  }

  #read() { this.count = 0; this.stay = true; this.button.hidden = true; }
}
