// @ts-check
// The reader's place: stays where it is while somebody reads back, follows the newest otherwise, counts what came meanwhile.

import { Unread } from "../state/unread.js";
import { byId } from "./make.js";

const NEAR_PX = 80; // a line or two from the end still counts as reading the newest

export class Place {
  constructor() {
    this.scroller = byId("scroller");
    this.button = byId("latest");
    this.unread = new Unread();
    this.stays = true;
    this.scroller.addEventListener("scroll", () => { if (this.isAtEnd()) this.#read(); else this.stays = false; }, { passive: true });
    this.button.addEventListener("click", () => { this.toEnd(); byId("words").focus({ preventScroll: true }); });
    document.addEventListener("visibilitychange", () => { if (this.isReading()) this.#read(); });
    new ResizeObserver(() => { if (this.stays && !this.unread.count) this.toEnd(); }).observe(this.scroller); // a keyboard came up, or the composer grew
  }

  isAtEnd() { return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_PX; }

  isReading() { return this.isAtEnd() && !document.hidden && !this.scroller.inert; } // inert: a talk stands in front of it

  toEnd() {
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: "instant" });
    this.#read();
  }

  /** Runs a change of the list and follows it, when the end was being read. @param {() => void} change */
  keep(change) {
    const follow = this.isReading();
    change();
    if (follow) this.toEnd(); else this.#show();
  }

  /** Runs what adds everything missed at once: nothing is skipped over, the reader stays at the first of it. @param {() => void} change @param {HTMLElement} mark */
  catchUp(change, mark) {
    const follow = this.isReading();
    change();
    this.#show();
    if (!follow) return;
    if (mark.isConnected && this.unread.count) mark.scrollIntoView({ block: "center", behavior: "instant" }); else this.toEnd();
    if (this.isReading()) this.#read();
  }

  #show() {
    this.button.hidden = this.unread.count === 0;
    this.button.textContent = `${this.unread.count} new ↓`;
  }

  #read() { this.stays = true; if (document.hidden) return; this.unread.read(); this.#show(); }
}
