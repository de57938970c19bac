// @ts-check
// A text cut where something is folded or masked. Spans count code points, as the server does, not UTF-16 units. Knows no DOM.

const MASKED = /(▒+)/u; // docs/protocol.md: what the server put in place of a detail that nobody received

/** @typedef {{text: string, kind: "plain"|"folded"|"masked"}} Piece */

/** The pieces of a text, in order; together they are the text. Spans that overlap, are turned round or reach beyond it do no harm.
 *  @param {string} text @param {number[][]} [spans] half-open @returns {Piece[]} */
export function pieces(text, spans = []) {
  const points = [...text], found = /** @type {Piece[]} */ ([]);
  let at = 0;
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const from = Math.max(at, start);
    if (!(end > from) || from >= points.length) continue;
    found.push(...masked(points.slice(at, from).join("")), { text: points.slice(from, end).join(""), kind: "folded" });
    at = end;
  }
  return [...found, ...masked(points.slice(at).join(""))];
}

/** @param {string} text @returns {Piece[]} */
function masked(text) {
  const parts = text.split(MASKED); // every second one is what the expression caught
  return parts.map((part, i) => /** @type {Piece} */ ({ text: part, kind: i % 2 ? "masked" : "plain" })).filter((piece) => piece.text);
}

/** The text as one line that tells nothing on. @param {string} text @param {number[][]} [spans] */
export function outline(text, spans) {
  const told = { masked: "(a detail left out)", folded: "(something folded)" };
  return pieces(text, spans).map((piece) => piece.kind === "plain" ? piece.text : told[piece.kind]).join("");
}
