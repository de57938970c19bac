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
