// @ts-check
// One room on the page: puts the link, the timeline, the outbox and the views together.

import { exit } from "./net/join.js";
import { Link } from "./net/link.js";
import { Outbox, say } from "./state/outbox.js";
import { Timeline } from "./state/timeline.js";
import { Composer } from "./view/composer.js";
import { byId } from "./view/make.js";
import { MessageList } from "./view/messages.js";
import { Place } from "./view/place.js";
import { announce, showHere, showLink, showTyping, stopTyping } from "./view/status.js";

const TYPING_EVERY_MS = 3000;

export class Room {
  /** @param {any} group @param {any} you @param {() => void} rejoin */
  constructor(group, you, rejoin) {
    this.group = group;
    this.you = you;
    this.rejoin = rejoin;
    this.key = `outbox:${group.id}`;
    this.timeline = new Timeline();
    this.outbox = new Outbox(JSON.parse(sessionStorage.getItem(this.key) ?? "[]"));
    this.place = new Place();
    this.typed = 0;
    this.list = new MessageList(byId("messages"), {
      me: () => this.you.member,
      find: (pos) => this.timeline.items.get(pos),
      react: (/** @type {any} */ item, /** @type {string} */ kind, /** @type {boolean} */ on) => this.link.send({ do: "react", pos: item.pos, kind, on }),
      takeBack: (/** @type {any} */ item) => this.link.send({ do: "take_back", pos: item.pos }),
      reply: (/** @type {any} */ item) => this.composer.replyTo(item),
      retry: (/** @type {string} */ id) => this.#retry(id),
      drop: (/** @type {string} */ id) => { this.outbox.drop(id); this.#attempts(); },
    });
    this.composer = new Composer(group.id, { say: (text, reply) => this.#say(text, reply), typing: () => this.#typing() });
    this.link = new Link(group.id, () => this.timeline.pos, { event: (e) => this.#event(e), state: (s) => this.#state(s) });
  }

  open() {
    byId("room-title").textContent = this.group.title;
    byId("who").addEventListener("click", () => byId("people").showModal());
    byId("leave").addEventListener("click", () => this.#leave());
    byId("room").hidden = false;
    this.#attempts();
    this.link.open();
    this.composer.focus();
  }

  #leave() {
    this.link.leave();
    sessionStorage.clear();
    exit(this.group.id).finally(() => location.replace("/"));
  }

  /** @param {string} state */
  #state(state) { if (state === "join") this.rejoin(); else showLink(state); }

  /** @param {any} event */
  #event(event) {
    switch (event.ev) {
      case "entered": return this.#entered(event);
      case "sent": this.outbox.sent(event.id, event.pos, (pos) => this.timeline.seen.has(pos)); return this.#attempts();
      case "not_sent": this.outbox.notSent(event.id, event.message); return this.#attempts();
      case "here": return event.typing ? showTyping(event.typing, this.you.member) : showHere(event, this.you.member);
      case "message": case "removed": case "reaction": case "notice": return this.#take(event);
    }
  }

  /** @param {any} event */
  #entered(event) {
    this.you = event.you;
    const isReturn = this.timeline.pos !== null;
    const { reset, added } = this.timeline.enter(event);
    const fresh = isReturn && !reset ? added.filter((/** @type {any} */ i) => i.member !== this.you.member).length : 0;
    this.place.keep(() => {
      if (reset) { this.list.clear(); for (const item of this.timeline.items.values()) this.list.add(item); return; }
      if (fresh) this.list.unread();
      for (const item of added) if (this.list.rows.has(item.pos)) this.list.change(item); else this.list.add(item);
    }, fresh);
    if (reset) this.place.toEnd();
    for (const item of added) this.outbox.shown(item.pos);
    showHere(event.room.here, this.you.member);
    for (const attempt of this.outbox.unanswered()) this.link.send(say(attempt));
    this.#attempts();
  }

  /** @param {any} event */
  #take(event) {
    const step = this.timeline.take(event);
    if (step === "hole") return this.link.resume();
    if (step === "known") return;
    const { added, changed } = step, isOther = added && added.member !== this.you.member;
    if (added) this.outbox.shown(added.pos);
    this.place.keep(() => { if (added) this.list.add(added); else if (changed) this.list.change(changed); }, isOther ? 1 : 0);
    if (added?.member) stopTyping(added.member);
    if (isOther && added) announce(added.handle ?? "", added.note ? `a message about ${added.note}` : added.text);
    this.#attempts();
  }

  /** @param {string} text @param {string} [reply] */
  #say(text, reply) {
    this.link.send(say(this.outbox.write(crypto.randomUUID(), text, reply)));
    this.#attempts();
    this.place.toEnd();
  }

  /** @param {string} id */
  #retry(id) {
    const attempt = this.outbox.retry(id);
    if (attempt) this.link.send(say(attempt));
    this.#attempts();
  }

  #typing() {
    if (Date.now() - this.typed < TYPING_EVERY_MS) return;
    this.typed = Date.now();
    this.link.send({ do: "typing" });
  }

  /** What is not confirmed stands below the record, and survives a reload. */
  #attempts() {
    sessionStorage.setItem(this.key, JSON.stringify(this.outbox.attempts.filter((a) => a.state !== "sent")));
    this.place.keep(() => this.list.showAttempts(this.outbox.attempts));
  }
}
