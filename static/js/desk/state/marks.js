// @ts-check
// Where in a message the rules' reasons stand, as pieces to draw. Spans count code points, as the server does. Knows no DOM.

import { pieces } from "../../state/pieces.js";

/** @typedef {import("./terms.js").Reason} Reason */

/** The spans worth marking: a reason about the whole text marks nothing where another is narrower. @param {string} text @param {Reason[]} reasons @returns {number[][]} */
export function spansOf(text, reasons) {
  const length = [...text].length, spans = reasons.map(({ start, end }) => [Math.max(0, start), Math.min(length, end)]).filter(([start, end]) => end > start);
  const narrow = spans.filter(([start, end]) => end - start < length);
  return narrow.length ? narrow : spans;
}

/** The text cut where a mark begins or ends; together the pieces are the text. @param {string} text @param {Reason[]} reasons @returns {{text: string, isMarked: boolean}[]} */
export function marked(text, reasons) {
  return pieces(text, spansOf(text, reasons)).map((piece) => ({ text: piece.text, isMarked: piece.kind === "folded" }));
}
