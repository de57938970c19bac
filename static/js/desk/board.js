// @ts-check
// The desk when somebody is signed in: puts the socket, the queue, the open case, the keyboard and the alarms together.

import { DESK_PROTOCOL } from "../state/build.js";
import { timeOf } from "../state/days.js";
import { Fresh } from "../view/fresh.js";
import { byId } from "../view/make.js";
import { callBack, count, ring } from "./alarm.js";
import { Care } from "./care.js";
import { Choices } from "./choices.js";
import { Claims } from "./claims.js";
import { Duty } from "./duty.js";
import { listenToKeys } from "./keys.js";
import { CaseList } from "./list.js";
import { DeskLink } from "./live.js";
import { Pane } from "./pane.js";
import { Rooms } from "./rooms.js";
import { alarmLine } from "./state/alarms.js";
import { Queue } from "./state/queue.js";
import { aboutOf } from "./state/terms.js";

const TICK_MS = 5_000; // claims are renewed and waiting times told anew
const OFF = { lost: "The connection is lost. Trying again…", ask: "The server closed this desk. Please reload the page.", over: "This desk is closed. Please reload the page." };

/** @param {import("./state/alarms.js").Alarm[]} alarms */
function showAlarms(alarms) {
  const line = alarmLine(alarms), place = byId("alarms");
  if (place.textContent !== line) place.textContent = line;
}

export class Board {
  /** @param {() => void} doubt asks whether the session is still good, and leaves when it is not */
  constructor(doubt) {
    this.doubt = doubt;
    this.fresh = new Fresh();
    this.wasLost = false;
    this.choices = new Choices();
    this.queue = new Queue();
    this.claims = new Claims(this.queue, { changed: () => this.#draw(), ended: doubt, heavy: () => this.care.offer() });
    this.care = new Care();
    this.pane = new Pane(this.claims, { left: (id, wasClosed) => this.#left(id, wasClosed), ended: doubt, said: (words) => callBack(words, this.choices.now) });
    this.rooms = new Rooms({ drafts: this.pane.drafts, undo: this.pane.steps.undo, reasons: this.pane.steps.reasons }, { changed: () => this.pane.keepDrafts(), ended: doubt });
    this.list = new CaseList(byId("cases"), (id) => this.#open(id));
    this.duty = new Duty((fault) => fault.code === "not_signed_in" ? doubt() : this.#say(fault.message));
    this.link = new DeskLink({ told: (event) => this.#told(event), state: (state) => this.#state(state), doubt: () => { doubt(); this.#compare(); } });
  }

  begin() {
    const { pane } = this;
    listenToKeys(this.choices, { next: () => this.#step(1), previous: () => this.#step(-1), back: () => this.rooms.back() || pane.back(), words: () => pane.one && pane.words.turn(),
      claim: () => pane.claim(), release: () => pane.release(), close: () => pane.one && pane.steps.closing.open(), undo: () => pane.steps.undo.undo() });
    this.link.open();
    setInterval(() => { this.claims.renew(); this.#draw(); }, TICK_MS);
  }

  /** @param {string} id */
  #open(id) {
    const one = this.queue.find(id);
    if (!one) return;
    this.#say(""); // what was said of another case
    this.pane.open(one);
    this.#draw();
  }

  /** The focus goes on where the case stood. @param {string} id @param {boolean} wasClosed */
  #left(id, wasClosed) {
    const at = this.list.placeOf(id), { cases } = this.queue;
    this.#draw();
    this.#say(wasClosed ? "The case is closed." : "");
    if (!this.list.focus((this.queue.find(id) ?? cases[Math.min(at, cases.length - 1)])?.id)) byId("queue-title").focus();
  }

  /** @param {any} event */
  #told(event) {
    if (event.ev === "page") return this.#paged(event);
    if (event.ev !== "queue") return;
    if (this.wasLost) this.fresh.told(event.build); // while nodes are replaced, the first one met may be of the other version
    const { calls, isFirst } = this.queue.take(event);
    const came = this.claims.told(event);
    if (came.length && !isFirst) callBack(`A case is yours now: ${came.map((one) => `${aboutOf(one)}, ${one.group.title}`).join("; ")}.`, this.choices.now);
    this.pane.talks.told(event.cases);
    if (event.duty) this.duty.show(event.duty);
    showAlarms(event.alarms ?? []);
    ring(calls, this.choices.now);
    this.claims.renew();
    this.#draw();
  }

  /** Danger still waits; that a claim on it ended (step 0) the queue itself has told. @param {{case: string, step: number}} page */
  #paged(page) {
    const one = this.queue.find(page.case);
    if (one && page.step > 0) ring([one], this.choices.now, "Still waiting.");
  }

  /** Asks whether this page still speaks what the server does; when it does not, only a reload helps. */
  async #compare() {
    if (!await this.fresh.refused(DESK_PROTOCOL)) return;
    this.link.end();
    this.#state("over");
  }

  /** @param {import("./live.js").LinkState} state */
  #state(state) {
    this.wasLost ||= state === "lost";
    if (state === "join") return this.doubt();
    const line = byId("link"), isOpen = state === "open";
    byId("live").textContent = isOpen ? "Live" : "Not live";
    byId("live").classList.toggle("off", !isOpen);
    line.hidden = isOpen;
    if (line.dataset.state === state) return; // said once, not at every try
    line.dataset.state = state;
    if (!isOpen) line.textContent = `Not live. ${OFF[state]}${this.queue.now_ms === null ? "" : ` What you see is from ${timeOf(this.queue.now_ms)}.`}`;
  }

  #draw() {
    const { cases, unclaimed, now_ms } = this.queue, open = this.pane.one?.id ?? null;
    this.list.show(cases, this.claims.now(), open);
    byId("calm").hidden = now_ms === null || cases.length > 0;
    byId("count").textContent = cases.length ? String(cases.length) : "";
    byId("case-none").hidden = open !== null || !cases.length;
    count(unclaimed);
    this.pane.draw();
  }

  /** @param {string} words */
  #say(words) { byId("board-said").textContent = words; }

  /** @param {number} by */
  #step(by) { this.list.focus(this.queue.beside(this.list.focused ?? this.pane.one?.id ?? null, by)?.id); }
}
