// @ts-check
// The talks of this desk: where the open case's talk stands, coming into its room, and the rooms one is in meanwhile.

import { Talk } from "../talk.js";
import { byId } from "../view/make.js";
import { ask, Refused } from "./ask.js";
import { isLive, isOpen, talkLine } from "./state/talk.js";
import { TalkView } from "./talkview.js";

/** @typedef {import("./state/terms.js").Case} Case */
/** @typedef {import("./state/talk.js").HandOff} HandOff */

const MODERATOR = "moderator"; // docs/protocol.md: the moderator's member id in a talk

export class Talks {
  /** @param {{said: (words: string) => void, changed: () => void}} on `said`: what calls for this moderator, who may be looking at another case */
  constructor(on) {
    this.on = on;
    /** @type {Map<string, Talk>} by the case */ this.rooms = new Map();
    /** @type {Map<string, HandOff>} each case's talk, as it was told last */ this.live = new Map();
    /** @type {Map<string, HandOff>} how each case's last talk ended */ this.ended = new Map();
    /** @type {Set<string>} cases into whose talk this moderator said to look */ this.looks = new Set();
    /** @type {Case|null} */ this.one = null;
    this.isMine = false;
    byId("talk-enter").addEventListener("click", () => this.#enter());
  }

  /** The case that is open. @param {Case} one @param {boolean} isMine */
  draw(one, isMine) {
    Object.assign(this, { one, isMine });
    const line = talkLine(one.handoff ?? this.ended.get(one.id), isMine), room = this.rooms.get(one.id), place = byId("talk-room"), mayEnter = isMine || this.looks.has(one.id);
    byId("talk").hidden = !line;
    if (byId("talk-said").textContent !== line) byId("talk-said").textContent = line;
    byId("talk-enter").hidden = !mayEnter || !!room || !isOpen(one.handoff);
    if (room && place.firstElementChild !== room.view.element) place.replaceChildren(room.view.element);
    if (!room) place.replaceChildren();
  }

  /** No case is open. */
  left() { this.one = null; }

  /** Takes the queue: tells who said yes, and leaves the rooms of talks that are over. @param {Case[]} cases */
  told(cases) {
    const live = new Map(cases.filter((one) => isLive(one.handoff)).map((one) => [one.id, one]));
    for (const [id, { handoff, claim, handle }] of live) {
      if (!handoff) continue;
      if (handoff.state === "accepted" && this.live.get(id)?.state === "offered" && claim?.is_mine) this.on.said(`${handle} said yes to your offer, and waits for you.`);
      this.live.set(id, handoff);
      this.ended.delete(id);
    }
    for (const [id, handoff] of this.live) if (!live.has(id)) this.#over(id, handoff.id);
  }

  /** The queue tells only of talks that go on: how it ended is asked. @param {string} id @param {string} handoff */
  async #over(id, handoff) {
    this.rooms.get(id)?.end();
    for (const known of [this.rooms, this.live, this.looks]) known.delete(id);
    try {
      this.ended.set(id, (await ask(`handoffs/${handoff}`)).handoff);
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault; // nobody knows any more: nothing is said of it
    }
    this.on.changed();
  }

  #enter() {
    const { one } = this;
    if (!one?.handoff || this.rooms.has(one.id)) return;
    const wrote = (/** @type {string} */ handle) => { if (this.one?.id !== one.id || document.hidden) this.on.said(`${handle} has written to you.`); };
    const room = new Talk({ path: `/desk/handoff/${one.handoff.id}/live`, key: `desk-talk:${one.handoff.id}`, me: this.isMine ? MODERATOR : "", view: (on) => new TalkView(this.isMine, { ...on, wrote }) });
    this.rooms.set(one.id, room);
    this.draw(one, this.isMine);
    room.view.focus();
  }
}
