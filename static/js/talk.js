// @ts-check
// A talk of one member and one moderator, on the page of either: the link to its room, its record, what is on its way. Knows no page.

import { Link } from "./net/link.js";
import { Sending } from "./sending.js";
import { Timeline } from "./state/timeline.js";

export class Talk {
  /** @param {{path: string, key: string, me: string, view: (on: any) => any}} of where its socket is, under which name what is not sent outlives a
   *  reload, one's own member id, and what draws it */
  constructor({ path, key, me, view }) {
    this.me = me;
    this.timeline = new Timeline();
    this.link = new Link("", () => this.timeline.pos, { event: (event) => this.#event(event), state: (state) => this.#state(state) }, path);
    this.sending = new Sending(key, this.link, this.timeline, (attempts) => this.view.attempts(attempts));
    this.view = view({
      say: (/** @type {string} */ text) => this.sending.say({ text }),
      typing: () => this.sending.typing(),
      retry: (/** @type {string} */ id) => this.sending.retry(id),
      drop: (/** @type {string} */ id) => this.sending.drop(id),
    });
    this.view.clear();
    this.link.open();
    this.sending.flush();
  }

  /** It is over: nothing more comes or goes; what was read stays on the screen. */
  end() {
    this.link.leave();
    this.view.end();
    this.sending.end();
  }

  /** @param {any} event */
  #event(event) {
    switch (event.ev) {
      case "entered": return this.#entered(event);
      case "sent": return this.sending.sent(event.id, event.pos);
      case "not_sent": return this.sending.notSent(event);
      case "here": if (event.typing && event.typing.member !== this.me) this.view.typing(event.typing); return;
      case "message": case "removed": case "reaction": case "notice": return this.#take(event);
    }
  }

  /** @param {any} event */
  #entered(event) {
    const { reset, added, changed } = this.timeline.enter(event);
    if (reset) this.view.clear();
    for (const item of added) { this.view.add(item, item.member === this.me, false); this.sending.outbox.shown(item.pos); }
    for (const item of changed) this.view.change(item, item.member === this.me);
    this.sending.flush();
  }

  /** @param {any} event */
  #take(event) {
    const step = this.timeline.take(event);
    if (step === "hole") return this.link.resume();
    if (step === "known") return;
    const { added, changed } = step;
    if (added) { this.sending.outbox.shown(added.pos); this.view.add(added, added.member === this.me, true); }
    if (changed) this.view.change(changed, changed.member === this.me);
    this.sending.flush();
  }

  /** @param {string} state */
  #state(state) {
    this.view.link(state === "lost" || state === "ask");
    if (state !== "open") this.sending.outbox.lost();
  }
}
