// @ts-check
// A message in one line: as a quote, and read aloud. What is folded, noted or taken back is never told on. Knows no DOM.

import { outline } from "./pieces.js";

/** @typedef {import("./timeline.js").Item} Item */

// Why something is folded, by the label of the boundary: what a reader may meet, never a verdict on who wrote it.
const REASONS = {
  personal_info: "it tells who or where somebody is",
  contact: "it gives a way to meet outside of this room",
  method: "it goes into details that may be hard to read",
  harassment: "it may hurt somebody here",
  hate: "it may put a whole group of people down",
  sexual: "it is about sex",
  medical: "it advises on medicine; only somebody who treats you can do that",
  promotion: "it offers or advertises something",
  flood: "it says the same many times",
  moderator: "a moderator thought that not everybody may want to read it",
};

/** @param {string} label */
export function reasonOf(label) { return Object.hasOwn(REASONS, label) ? REASONS[/** @type {keyof REASONS} */ (label)] : "not everybody may want to read it"; }

/** What may stand for a message where nobody chose to open it. @param {Item} item */
function gist(item) {
  if (item.folded && !item.folded.spans.length) return "a folded message"; // its note is folded with it
  return item.note ? `about ${outline(item.note)}` : outline(item.text, item.folded?.spans);
}

/** @param {Item|undefined} item */
export function quoteOf(item) {
  if (!item) return "An earlier message";
  if (item.goneBy) return item.goneBy === "author" ? "A message that was taken back" : "A message that was removed";
  return `${item.handle}: ${gist(item)}`;
}

/** @param {Item} item */
export function aloud(item) { return item.kind === "notice" ? item.text : `${item.handle}: ${gist(item)}`; }
