// @ts-check
// The rooms one looks after: how many are in each, what calms it, and what can be done about it without a case. Asked for when it is opened, and
// after every act; nothing of it is followed meanwhile.

import { byId, make } from "../view/make.js";
import { ActForm } from "./actform.js";
import { ask, Refused } from "./ask.js";
import { draftKey } from "./state/acts.js";
import { ROOM_ACTS, stateLine } from "./state/rooms.js";

/** @typedef {import("./state/rooms.js").Room} Room */
/** @typedef {import("./state/rooms.js").Group} Group */
/** @typedef {import("./state/catalogue.js").Act} Act */
/** @typedef {{key: string, slug: string, number: number, where: string}} Place */

export class Rooms {
  /** @param {{drafts: import("./state/drafts.js").Drafts, undo: import("./undo.js").Undo, reasons: import("./reasons.js").Reasons}} desk what is shared with the cases
   *  @param {{changed: () => void, ended: () => void}} on `changed`: something was typed; `ended`: the session is over */
  constructor({ drafts, undo, reasons }, on) {
    this.drafts = drafts;
    this.undo = undo;
    this.reasons = reasons;
    this.on = on;
    /** @type {Place|null} whose form was opened last */ this.place = null;
    this.form = new ActForm(drafts, { order: (order, act) => this.#order(order, act), changed: on.changed, folded: () => this.#focus() }, "room-act");
    byId("rooms-open").addEventListener("toggle", () => { if (byId("rooms-open").open) this.#load(); else this.form.fold(); });
    byId("rooms-again").addEventListener("click", () => this.#load());
  }

  /** Whether the form had the focus, and is folded now. @returns {boolean} */
  back() {
    if (!this.form.hasFocus) return false;
    this.form.fold();
    this.#focus();
    return true;
  }

  async #load() {
    const { fault, answer } = await asked(() => ask("rooms"));
    byId("rooms-said").textContent = fault?.message ?? "";
    if (fault?.code === "not_signed_in") this.on.ended();
    if (answer) byId("rooms").replaceChildren(...answer.groups.map((/** @type {Group} */ group) => this.#group(group)));
  }

  /** @param {Group} group */
  #group(group) {
    const { slug, title, rooms, more } = group, rest = more ? `${more} more rooms are not shown.` : rooms.length ? "" : "Nobody has come here yet.";
    return make("section", { class: "rooms-of" }, make("h3", {}, title), make("ul", { class: "rooms" }, ...rooms.map((room) => this.#room(group, room))), ...(rest ? [make("p", { class: "fine" }, rest)] : []));
  }

  /** @param {Group} group @param {Room} room */
  #room({ slug, title }, room) {
    const place = { key: `room:${slug}/${room.number}`, slug, number: room.number, where: `${title}, room ${room.number}` };
    const summary = make("summary", { "data-room": place.key, "aria-label": `Act on this room: ${place.where}` }, "Act on this room");
    const steps = make("div", { class: "steps" }, ...ROOM_ACTS.map((act) => make("button", { type: "button", onclick: () => this.#open(act, place) }, act.name)));
    return make("li", {}, make("p", {}, `Room ${room.number} `, make("span", { class: "fine" }, stateLine(room))), make("details", { class: "act-on" }, summary, steps));
  }

  /** @param {Act} act @param {Place} place */
  async #open(act, place) {
    const reasons = await this.reasons.of(place.slug, act.act);
    this.place = place;
    this.form.open(act, { id: place.key, fields: act.fields, reasons, target: null, where: place.where });
  }

  /** @param {any} order @param {Act} act @returns {Promise<string>} "" or what went wrong */
  async #order(order, act) {
    const { place } = this;
    if (!place) return "";
    const { fault, answer } = await asked(() => ask(`rooms/${place.slug}/${place.number}/acts`, order));
    if (fault?.code === "not_signed_in") this.on.ended();
    if (fault) return fault.message;
    for (const field of act.fields) this.drafts.write(place.key, draftKey(act, field), "");
    this.on.changed();
    this.undo.offer(act.done, answer.act, answer.undo_until ?? null, () => this.#load());
    this.form.fold();
    await this.#load();
    this.#focus();
    return "";
  }

  /** The room whose form was open. */
  #focus() { (byId("rooms").querySelector(`[data-room="${this.place?.key}"]`) ?? byId("rooms-again")).focus(); }
}

/** @param {() => Promise<any>} asking @returns {Promise<{fault: Refused|null, answer: any}>} */
async function asked(asking) {
  try {
    return { fault: null, answer: await asking() };
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    return { fault, answer: null };
  }
}
