// @ts-check
// What was decided about a member, in words for whoever looks at it again. Knows no DOM.

import { whenOf } from "../../state/days.js";

/** @typedef {{kind: string, until: number|null, why: string}} Limit */

/** @type {Record<string, string>} */
const DONE = { mute: "They cannot write in the room", exclude: "They are out of the group", remove: "A message of theirs was removed", fold: "A message of theirs was folded" };

/** @param {Limit} limit */
export function limitLine({ kind, until, why }) {
  return `${Object.hasOwn(DONE, kind) ? DONE[kind] : "Something was decided"}${until ? ` until ${whenOf(until)}` : ""}. Why: ${why}`;
}
