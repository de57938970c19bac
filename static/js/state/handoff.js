// @ts-check
// Where this person stands with a moderator, in words. Law: of all that is told, in whatever order and however often, the newest counts;
// every state has words and a way on. Knows no DOM.

/** @typedef {{ev: string, handoff: string, state: string, has_moderator: boolean, at: number, until: number|null, by: string|null}} Told */
/** @typedef {"offer"|"talk"|"over"|"none"} Kind what the page shows of it */

const TALKING = new Set(["accepted", "active"]);
const OVER = new Set(["returned", "closed", "declined", "expired"]);

export class HandOff {
  /** @param {string|null} seen the one whose end was put away before a reload */
  constructor(seen = null) {
    /** @type {Told|null} */ this.now = null;
    /** @type {string|null} */ this.seen = seen;
  }

  /** Tells whether it changes anything. @param {Told} told */
  came(told) {
    const { now } = this;
    if (now && (told.at < now.at || told.handoff === now.handoff && told.state === now.state && told.has_moderator === now.has_moderator)) return false;
    this.now = told;
    return true;
  }

  /** @returns {Kind} */
  get kind() {
    if (!this.now) return "none";
    if (this.now.state === "offered") return "offer";
    if (TALKING.has(this.now.state)) return "talk";
    return OVER.has(this.now.state) && this.now.handoff !== this.seen ? "over" : "none";
  }

  /** Its end has been read. */
  putAway() { this.seen = this.now?.handoff ?? this.seen; }
}

const ENDS = {
  returned: { moderator: "The moderator has ended the talk. What you two wrote stays between you.", time: "The talk has ended, as nobody wrote or nobody could come. That is no judgement on you." },
  closed: { member: "You have ended the talk.", moderator: "The moderator has ended the talk." },
  declined: { member: "You said not now. Nothing follows from that." },
  expired: { time: "A moderator had offered you a talk. The offer is over; it was all right not to answer." },
};
const AGAIN = "You can ask for a moderator at any time, with “Help”.";

/** @param {Told} told @returns {string} where a talk stands, in one line */
export function standing({ state, has_moderator, by }) {
  if (state === "active") return "The moderator is here.";
  if (state === "accepted") return has_moderator ? "The moderator is on the way. You can write already." : "The moderator is not there any more. Another one is being called, and will read what you wrote. You can go on writing.";
  const ends = /** @type {Record<string, string>} */ (Object.hasOwn(ENDS, state) ? ENDS[/** @type {keyof typeof ENDS} */ (state)] : {});
  return `${Object.hasOwn(ends, by ?? "") ? ends[by ?? ""] : "The talk is over."} ${AGAIN}`;
}
