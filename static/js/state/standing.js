// @ts-check
// What keeps one person from writing in the room, and what is told of it. Time is an argument. Knows no DOM.

import { whenOf } from "./days.js";

/** @typedef {{kind: string, until: number|null, why: string, receipt: string}} Sanction */

/** Whether it still stands. @param {Sanction|null} sanction @param {number} now_ms */
export function stands(sanction, now_ms) { return sanction !== null && (sanction.until === null || sanction.until > now_ms); }

/** @param {Sanction} sanction */
export function barLine({ until, why }) {
  return `You cannot write here ${until ? `until ${whenOf(until)}` : "for now"}. Why: ${why} You can read on, report a message and ask for a moderator.`;
}

/** @param {Sanction} sanction */
export function outLine({ until, why }) { return `You are out of this group${until ? ` until ${whenOf(until)}` : " for now"}. Why: ${why}`; }

/** What a moderator set for the whole room; "" when nothing is. @param {{slow?: number, quiet?: boolean}} calm */
export function calmLine({ slow, quiet }) {
  if (quiet) return "Only moderators write here just now. You can read, and ask for a moderator.";
  return slow ? `Slow mode: everybody can write once in ${slow} seconds.` : "";
}

/** The calm after a notice. @param {any} calm @param {any} notice */
export function calmAfter(calm, notice) {
  const value = notice.kind === "slow" ? notice.seconds : notice.on;
  return ["slow", "quiet", "lock"].includes(notice.kind) ? { ...calm, [notice.kind]: value } : calm;
}

/** Whether an outcome says that the sanction with its receipt is over. @param {any} outcome */
export function endsSanction({ of, upheld }) { return of === "undone" || of === "appeal" && upheld === false; }
