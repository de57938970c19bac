// @ts-check
// A moderator's offer to talk, the talk in front of the group's room, and how it ended. Nothing takes the focus by itself, but for the talk
// that the person has just said yes to; the group's room keeps its place behind it.

import { keep, kept } from "../net/kept.js";
import { HandOff, standing } from "../state/handoff.js";
import { Talk } from "../talk.js";
import { linesBlock } from "./lines.js";
import { byId, hasKeyboard } from "./make.js";
import { announce } from "./status.js";
import { TalkView } from "./talk.js";

const KEY = "handoff-seen";
const OFFERED = "A moderator offers to talk with you, only the two of you. You can answer above the message field, or not.";

export class HandOffPanel {
  /** @param {string} group @param {() => string} me @param {{ask: (frame: any) => Promise<string>, shown: (isShown: boolean) => void}} on
   *  `shown`: the talk covers the group's room, or no longer */
  constructor(group, me, on) {
    this.group = group;
    this.me = me;
    this.on = on;
    this.handoff = new HandOff(kept(KEY, null));
    /** @type {Talk|null} */ this.talk = null;
    /** @type {import("./talk.js").TalkView|null} what can still be read of one that is over */ this.read = null;
    this.isShown = false;
    byId("offer-yes").addEventListener("click", () => this.#answer(true));
    byId("offer-no").addEventListener("click", () => this.#answer(false));
    byId("talk-group").addEventListener("click", () => this.#show(false));
    byId("talk-open").addEventListener("click", () => this.#show(true));
    byId("talk-end").addEventListener("click", () => this.#turn(true));
    byId("talk-stay").addEventListener("click", () => this.#turn(false));
    byId("talk-end-sure").addEventListener("click", () => this.#leave());
    byId("talk-lines").addEventListener("toggle", () => byId("talk-lines").append(linesBlock()), { once: true });
    for (const id of ["talk-back", "talk-over-seen"]) byId(id).addEventListener("click", () => this.#putAway());
  }

  /** @param {any} event */
  came(event) {
    const before = this.handoff.kind, name = this.handoff.now?.handoff;
    if (!this.handoff.came(event)) return;
    const { kind, now } = this.handoff;
    if (kind === "offer" && (before !== "offer" || name !== now?.handoff)) announce("offer", OFFERED);
    if (kind === "talk" && !this.talk && now) this.#begin(now.handoff);
    if (kind !== "talk" && this.talk) { this.talk.end(); this.read = this.talk.view; this.talk = null; }
    if (kind === "offer" && this.isShown) this.#show(false);
    this.#draw();
  }

  /** Leaving the group ends everything. */
  leave() { this.talk?.link.leave(); }

  /** @param {string} handoff */
  #begin(handoff) {
    this.talk = new Talk({ path: `/g/${this.group}/handoff/${handoff}/live`, key: `talk:${handoff}`, me: this.me(), view: (on) => new TalkView(on) });
    this.#turn(false);
    this.#show(true);
  }

  /** @param {boolean} isYes */
  async #answer(isYes) {
    const handoff = this.handoff.now?.handoff, said = byId("offer-said");
    for (const id of ["offer-yes", "offer-no"]) byId(id).disabled = true;
    said.textContent = "One moment…";
    const fault = await this.on.ask({ do: "answer_offer", handoff, accept: isYes });
    for (const id of ["offer-yes", "offer-no"]) byId(id).disabled = false;
    said.textContent = fault;
    if (!fault && !isYes) byId("talk-over-seen").focus();
  }

  async #leave() {
    const frame = { do: "leave_handoff", handoff: this.handoff.now?.handoff }, said = byId("talk-said");
    if (this.talk?.link.send(frame)) { this.#turn(false); return; } // what became of it comes as its state
    said.textContent = await this.on.ask(frame);
    if (!said.textContent) this.#turn(false);
  }

  /** Asks once more before it ends. @param {boolean} isAsking */
  #turn(isAsking) {
    byId("talk-sure").hidden = !isAsking;
    byId("talk-end").hidden = isAsking;
    byId("talk-said").textContent = "";
    if (isAsking) byId("talk-stay").focus(); else if (this.isShown && this.handoff.kind === "talk") byId("talk-words").focus({ preventScroll: true });
  }

  #putAway() {
    this.handoff.putAway();
    this.read?.clear(); // nothing of it stays in the page
    keep(KEY, this.handoff.seen);
    this.#show(false);
    byId("words").focus({ preventScroll: true });
  }

  /** @param {boolean} isShown */
  #show(isShown) {
    const isChange = this.isShown !== isShown;
    this.isShown = isShown;
    this.#draw();
    if (!isChange) return;
    this.on.shown(isShown);
    if (!isShown) return byId("words").focus({ preventScroll: true });
    this.talk?.view.toEnd();
    if (hasKeyboard()) byId("talk-words").focus({ preventScroll: true }); else byId("talk-title").focus();
  }

  #draw() {
    const { kind, now } = this.handoff, isOver = kind === "over";
    byId("offer").hidden = kind !== "offer";
    byId("talk-open-line").hidden = kind !== "talk" || this.isShown;
    byId("talk-over").hidden = !isOver || this.isShown;
    byId("talk").hidden = !this.isShown;
    byId("talk-acts").hidden = kind !== "talk";
    byId("talk-back").hidden = kind === "talk";
    const line = now && kind !== "offer" ? standing(now) : "";
    for (const id of ["talk-state", "talk-open-state", "talk-over-words"]) if (byId(id).textContent !== line) byId(id).textContent = line;
    byId("talk-title").textContent = kind === "talk" ? "You are talking with a moderator" : "Your talk with a moderator is over";
    byId("talk-only").hidden = kind !== "talk";
  }
}
