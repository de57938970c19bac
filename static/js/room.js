// @ts-check
// One room on the page: puts the link, the timeline, what is on its way and the views together.

import { exit, me } from "./net/join.js";
import { forget, keep } from "./net/kept.js";
import { Link } from "./net/link.js";
import { Sending } from "./sending.js";
import { ROOM_PROTOCOL } from "./state/build.js";
import { Advice } from "./state/advice.js";
import { Asks } from "./state/asks.js";
import { calmAfter, endsSanction } from "./state/standing.js";
import { Timeline } from "./state/timeline.js";
import { aloud } from "./state/words.js";
import { Calls } from "./view/call.js";
import { CardPanel } from "./view/card.js";
import { Composer } from "./view/composer.js";
import { Fresh } from "./view/fresh.js";
import { HandOffPanel } from "./view/handoff.js";
import { LetterPanel } from "./view/letter.js";
import { byId, hasKeyboard } from "./view/make.js";
import { MessageList } from "./view/messages.js";
import { Place } from "./view/place.js";
import { showStaff } from "./view/staff.js";
import { announce, showHere, showLink, showTyping, stopTyping, unsay } from "./view/status.js";

const MOST_SHOWN = 1000, TRIM_AT = 1200; // rows: what a small phone scrolls without stutter; cut in portions, not line by line
const ASK_AFTER = 3;                     // a refused handshake looks like a lost link (1006): after so many, ask whether the seat is still ours
const ASK_PROTOCOL = 2;                  // and, sooner, whether we still speak the same: the first after a node has left
const BEHIND = ["link-lines", "scroller", "latest", "panels", "typing", "composer"];
const LEAVE_MS = 1500;                   // leaving does not wait longer for the server's answer

/** @typedef {import("./state/timeline.js").Item} Item */

export class Room {
  /** @param {any} group @param {any} you */
  constructor(group, you) {
    this.group = group;
    this.you = you;
    this.timeline = new Timeline();
    this.link = new Link(group.id, () => this.timeline.pos, { event: (e) => this.#event(e), state: (s, tries) => this.#state(s, tries) });
    this.sending = new Sending(`outbox:${group.id}`, this.link, this.timeline, (attempts) => this.#waiting(attempts));
    this.place = new Place();
    /** @type {any} */ this.calm = {};
    this.fresh = new Fresh();
    this.advice = new Advice();
    this.asks = new Asks((frame) => this.link.send(frame));
    this.calls = new Calls((frame) => this.asks.ask(frame));
    this.card = new CardPanel((frame) => this.asks.ask(frame));
    this.letters = new LetterPanel((frame) => this.link.send(frame), (sanction) => this.calls.appeal(sanction));
    this.handoff = new HandOffPanel(group.id, () => this.you.member, { ask: (frame) => this.asks.ask(frame), shown: (isShown) => this.#cover(isShown) });
    this.list = new MessageList(byId("messages"), {
      me: () => this.you.member,
      find: (pos) => this.timeline.items.get(pos),
      react: (/** @type {Item} */ item, /** @type {string} */ kind, /** @type {boolean} */ on) => this.link.send({ do: "react", pos: item.pos, kind, on }),
      takeBack: (/** @type {Item} */ item) => this.link.send({ do: "take_back", pos: item.pos }),
      reply: (/** @type {Item} */ item) => this.composer.replyTo(item),
      report: (/** @type {Item} */ item) => this.calls.report(item),
      advice: (/** @type {string} */ pos) => this.advice.at(pos),
      understood: (/** @type {Item} */ item) => { this.advice.dismiss(item.pos); this.place.keep(() => this.list.change(item)); },
      edit: (/** @type {string} */ id) => this.#giveBack(id),
      retry: (/** @type {string} */ id) => this.sending.retry(id),
      drop: (/** @type {string} */ id) => this.sending.drop(id),
    });
    this.composer = new Composer(group.id, { say: (words) => this.#say(words), typing: () => this.sending.typing(), appeal: (sanction) => this.calls.appeal(sanction) });
  }

  open() {
    byId("room-title").textContent = this.group.title;
    byId("who").addEventListener("click", () => byId("people").showModal());
    byId("leave").addEventListener("click", () => this.#leave());
    byId("room").hidden = false;
    this.sending.flush();
    this.link.open();
    if (hasKeyboard()) this.composer.focus(); else byId("room-title").focus(); // on a phone the keyboard would cover the room
  }

  #leave() {
    this.handoff.leave();
    this.link.leave();
    forget();
    Promise.race([exit(this.group.id), new Promise((done) => setTimeout(done, LEAVE_MS))]).finally(() => location.replace("/"));
  }

  /** A talk with a moderator stands in front of the room, which keeps its place; or it stands there no longer. @param {boolean} isCovered */
  #cover(isCovered) {
    for (const id of BEHIND) byId(id).inert = isCovered;
    if (!isCovered) this.place.keep(() => undefined);
  }

  /** @param {string} state @param {number} tries */
  #state(state, tries) {
    if (state === "join") return this.#rejoin();
    showLink(/** @type {any} */ (state));
    if (state === "open") return;
    this.sending.outbox.lost();
    this.asks.lost();
    if (state === "lost" && (tries === ASK_PROTOCOL || tries % ASK_AFTER === 0)) this.fresh.refused(ROOM_PROTOCOL).then((isApart) => { if (isApart) this.#rest(); });
    if (state === "lost" && tries % ASK_AFTER === 0) me(this.group.id).then((you) => { if (!you) this.#rejoin(); }, () => undefined);
  }

  /** The server speaks another protocol now: nothing but a reload helps, which finds everything that was written. */
  #rest() {
    this.link.rest();
    showLink("apart");
  }

  /** The seat is gone: back to joining, with everything unsent kept for the person to decide. */
  #rejoin() {
    this.link.leave();
    keep("seat-lost", true);
    location.reload();
  }

  /** @param {any} event */
  #event(event) {
    switch (event.ev) {
      case "entered": return this.#entered(event);
      case "sent": return this.#sent(event);
      case "not_sent": return this.#notSent(event);
      case "held": this.sending.outbox.held(event); return this.sending.flush();
      case "card": return this.place.keep(() => this.card.came(event));
      case "outcome": return this.#outcome(event);
      case "word": return this.place.keep(() => this.letters.came(event));
      case "sanction": return this.#sanctioned(event);
      case "seen": return this.place.keep(() => this.letters.gone(event.letter));
      case "offer": case "handoff": return this.place.keep(() => this.handoff.came(event));
      case "received": return this.asks.received(event.of);
      case "error": return this.asks.refused(event.message);
      case "here": return event.typing ? showTyping(event.typing, this.you.member) : showHere(event, this.you.member);
      case "staff": return showStaff(event);
      case "message": case "removed": case "folded": case "restored": case "reaction": case "notice": return this.#take(event);
    }
  }

  /** @param {any} event */
  #sent({ id, pos, because }) {
    const item = this.timeline.items.get(pos);
    if (because) this.advice.came(pos, because);
    if (because && item) this.place.keep(() => this.list.change(item));
    this.sending.sent(id, pos);
  }

  /** @param {any} event */
  #notSent(event) {
    this.sending.notSent(event);
    if (event.code === "returned" && this.composer.isEmpty()) this.#giveBack(event.id);
  }

  /** @param {any} event */
  #sanctioned(event) {
    if (event.kind === "mute") this.composer.bar(event);
    this.place.keep(() => this.letters.came(event));
  }

  /** What became of held words stands beside them where this page has them; else it is told by itself. @param {any} event */
  #outcome(event) {
    if (endsSanction(event)) this.composer.unbar(event.receipt);
    if (event.of !== "held" || !this.sending.outbox.attempts.some((a) => a.id === event.id)) return this.place.keep(() => this.letters.came(event));
    this.link.send({ do: "seen", letter: event.letter });
    if (event.sent) this.#sent(event); else this.#notSent({ id: event.id, code: "returned", message: event.why });
  }

  /** @param {string} id */
  #giveBack(id) {
    const attempt = this.sending.outbox.giveBack(id);
    if (attempt) this.composer.giveBack(attempt, attempt.reply_to ? this.timeline.items.get(attempt.reply_to) : undefined);
    this.sending.flush();
  }

  /** @param {any} event */
  #entered(event) {
    const isReturn = this.timeline.pos !== null;
    this.you = event.you;
    const { reset, moved, added, changed } = this.timeline.enter(event);
    this.composer.bar(event.you.sanction ?? null);
    this.composer.calm(this.calm = event.room);
    if (isReturn) this.fresh.told(event.build); // while nodes are replaced, the first one met may be of the other version
    else this.composer.recall((pos) => this.timeline.items.get(pos));
    if (reset || moved) this.place.keep(() => this.#redraw(reset && isReturn));
    else this.place.catchUp(() => { added.forEach((item) => this.#draw(item, false)); changed.forEach((item) => this.#redrawn(item)); }, this.list.mark);
    if (reset) this.place.toEnd();
    for (const item of added) this.sending.outbox.shown(item.pos);
    showHere(event.room.here, this.you.member);
    showStaff(event.room.staff);
    this.sending.flush();
  }

  /** Begins anew with what the timeline holds. @param {boolean} isReturn */
  #redraw(isReturn) {
    this.list.clear();
    for (const item of this.timeline.items.values()) this.list.add(item);
    if (isReturn) this.list.remark("What was said before is no longer kept.");
  }

  /** @param {any} event */
  #take(event) {
    const step = this.timeline.take(event);
    if (step === "hole") return this.link.resume();
    if (step === "known") return;
    const { added, changed, moved } = step;
    if (event.ev === "notice") this.#calmed(event);
    if (moved) return this.place.keep(() => this.#redraw(false));
    if (added) this.sending.outbox.shown(added.pos);
    this.place.keep(() => { if (added) this.#draw(added, this.place.isReading()); if (changed) this.#redrawn(changed); });
    if (added?.member) stopTyping(added.member);
    if (added && added.member !== this.you.member) announce(added.pos, aloud(added));
    this.#trim();
    if (added?.member === this.you.member) this.sending.flush(); // our own words stand in the record now
  }

  /** @param {any} notice */
  #calmed(notice) {
    this.composer.calm(this.calm = calmAfter(this.calm, notice));
    if (notice.kind === "slow" && !notice.seconds) { this.sending.outbox.hurry(); this.sending.flush(); }
  }

  /** @param {Item} item @param {boolean} isRead whether the reader is at the end and looking */
  #draw(item, isRead) {
    if (item.member !== this.you.member && this.place.unread.came(item.pos, isRead)) this.list.unread();
    this.list.add(item);
    byId("empty").hidden = true;
  }

  /** @param {Item} item */
  #redrawn(item) {
    this.list.change(item);
    if (!item.goneBy && !item.folded) return;
    unsay(item.pos);
    if (item.goneBy) this.composer.gone(item.pos);
    for (const answer of this.timeline.answersTo(item.pos)) this.list.change(answer); // its words stood there as a quote
  }

  #trim() { if (this.timeline.items.size > TRIM_AT && this.place.isReading()) this.place.keep(() => this.list.forget(this.timeline.trim(MOST_SHOWN))); }

  /** @param {{text: string, reply_to?: string, note?: string}} words @returns {boolean} whether they were taken */
  #say(words) {
    const isTaken = this.sending.say(words);
    if (isTaken) this.place.toEnd();
    return isTaken;
  }

  /** What the record has not confirmed stands below it. @param {import("./state/outbox.js").Attempt[]} attempts */
  #waiting(attempts) {
    byId("empty").hidden = !this.link.entered || this.timeline.items.size + attempts.length > 0;
    this.place.keep(() => this.list.showAttempts(attempts));
  }
}
