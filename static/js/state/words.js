// @ts-check
// A message in one line: as a quote, and read aloud. What is folded, noted or taken back is never told on. Knows no DOM.

/** @typedef {import("./timeline.js").Item} Item */

/** What may stand for a message where nobody chose to open it. @param {Item} item */
function gist(item) {
  if (item.note) return `about ${item.note}`;
  return item.folded ? "a folded message" : item.text;
}

/** @param {Item|undefined} item */
export function quoteOf(item) {
  if (!item) return "An earlier message";
  if (item.goneBy) return item.goneBy === "author" ? "A message that was taken back" : "A message that was removed";
  return `${item.handle}: ${gist(item)}`;
}

/** @param {Item} item */
export function aloud(item) { return item.kind === "notice" ? item.text : `${item.handle}: ${gist(item)}`; }
