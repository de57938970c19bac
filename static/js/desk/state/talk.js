// @ts-check
// Where a talk of one member and one moderator stands, in words for the desk. Knows no DOM.

/** @typedef {{id: string, state: string}} HandOff */

const LIVE = new Set(["offered", "accepted", "active"]);
const MINE = {
  offered: "They have your offer to talk, only the two of you. They can say yes or no, or nothing: it ends by itself after five minutes.",
  accepted: "They said yes, and wait for you.",
  active: "You are talking, only the two of you.",
};
const OTHERS = {
  offered: "Somebody has offered them a talk, and waits for the answer.",
  accepted: "They said yes to a talk, and wait for a moderator.",
  active: "A moderator is talking with them, only the two.",
};
const OVER = {
  returned: "The talk is over, and they are shown back to the group.",
  closed: "The talk is over.",
  declined: "They said no to a talk. Nothing follows from that.",
  expired: "The offer of a talk was not answered. They may not have seen it.",
};

/** @param {HandOff|null|undefined} handoff */
export const isLive = (handoff) => !!handoff && LIVE.has(handoff.state);

/** @param {HandOff|null|undefined} handoff */
export const isOpen = (handoff) => !!handoff && handoff.state !== "offered" && LIVE.has(handoff.state);

/** @param {HandOff|null|undefined} handoff @param {boolean} isMine whether this desk has the case */
export function talkLine(handoff, isMine) {
  if (!handoff) return "";
  const words = /** @type {Record<string, string>} */ ({ ...(isMine ? MINE : OTHERS), ...OVER });
  return Object.hasOwn(words, handoff.state) ? words[handoff.state] : "";
}
