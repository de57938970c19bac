// @ts-check
// The case that is open: what it is, who has it, its words, and closing it. A case that is gone stays on the screen, and says so.

import { keep, kept } from "../net/kept.js";
import { byId } from "../view/make.js";
import { drawCase, drawFacts } from "./facts.js";
import { Hold } from "./hold.js";
import { Drafts } from "./state/drafts.js";
import { Steps } from "./steps.js";
import { Talks } from "./talks.js";
import { Words } from "./words.js";

/** @typedef {import("./state/terms.js").Case} Case */

const DRAFTS = "desk-drafts";

export class Pane {
  /** @param {import("./claims.js").Claims} claims @param {{left: (id: string, wasClosed: boolean) => void, ended: () => void, said: (words: string) => void}} on `said`: what calls for this moderator elsewhere */
  constructor(claims, on) {
    this.claims = claims;
    this.on = on;
    /** @type {Case|null} as it was told last */ this.one = null;
    this.isGone = false;
    this.drafts = new Drafts(kept(DRAFTS, []));
    this.hold = new Hold({ claim: () => this.claim(), release: () => this.release() });
    this.words = new Words((fault) => fault.code === "not_signed_in" ? this.on.ended() : this.say(fault.message), (act, target) => this.steps.open(act, target));
    this.steps = new Steps(claims, this.drafts, { close: (words) => this.#close(words), changed: () => this.keepDrafts(), done: (act, id) => this.#ordered(act, id) });
    this.talks = new Talks({ said: on.said, changed: () => this.draw() });
    byId("case-back").addEventListener("click", () => this.leave());
    history.replaceState(null, "");
    addEventListener("popstate", () => { if (!history.state?.isOpen) this.leave(); }); // a phone's way back leads to the queue, not off the desk
  }

  /** @param {Case} one */
  open(one) {
    this.one = one;
    this.isGone = false;
    this.claims.opened(one);
    byId("case").hidden = false;
    byId("board").dataset.open = "";
    drawCase(one);
    this.draw();
    this.words.about(one.id);
    this.steps.about(one);
    this.say("");
    if (!history.state?.isOpen) history.pushState({ isOpen: true }, "");
    byId("case-title").focus();
  }

  /** Takes the open case as the queue has it now. */
  draw() {
    if (!this.one) return;
    const told = this.claims.queue.find(this.one.id);
    this.isGone = !told;
    this.one = told ?? this.one;
    const standing = this.#standing();
    drawFacts(this.one, this.claims.now());
    this.hold.show(this.one, standing);
    this.steps.draw(this.one);
    this.talks.draw(this.one, standing === "held" || standing === "unsure");
  }

  /** Out of the form first, then out of the case. */
  back() {
    if (!this.steps.back()) this.leave();
  }

  leave(wasClosed = false) {
    const id = this.one?.id;
    if (!id) return;
    this.one = null;
    this.talks.left();
    byId("case").hidden = true;
    delete byId("board").dataset.open;
    if (history.state?.isOpen) history.back();
    this.on.left(id, wasClosed);
  }

  async claim() {
    if (this.one && !this.isGone && this.#standing() !== "held") this.#answered(this.one.id, await this.claims.claim(this.one.id));
  }

  async release() {
    if (this.one && this.#standing() !== "none") this.#answered(this.one.id, await this.claims.release(this.one.id));
  }

  /** @param {{outcome: string, reason: string}} words @returns {Promise<string>} "" or what went wrong */
  async #close(words) {
    const id = this.one?.id ?? "", fault = await this.claims.close(id, words);
    if (!fault) this.#done(id);
    return fault?.message ?? "";
  }

  /** @param {import("./state/catalogue.js").Act} act @param {string} id */
  #ordered(act, id) {
    if (act.ends) this.#done(id);
    if (act.act === "look_in") this.talks.looks.add(id);
    this.draw();
  }

  /** For a reload. */
  keepDrafts() { keep(DRAFTS, this.drafts.kept()); }

  /** The case is closed: nothing about it is kept. @param {string} id */
  #done(id) {
    this.drafts.drop(id);
    this.keepDrafts();
    if (this.one?.id === id) this.leave(true);
  }

  /** @param {string} id @param {import("./ask.js").Refused|null} fault */
  #answered(id, fault) { if (this.one?.id === id) this.say(fault?.message ?? ""); }

  /** @returns {import("./hold.js").Standing} */
  #standing() { return this.isGone ? "gone" : this.claims.leases.standing(this.one?.id ?? "", this.claims.now()); }

  /** @param {string} words */
  say(words) { byId("case-said").textContent = words; }
}
