// @ts-check
// Words as they are drawn: what is folded stands behind a button with its reason, what is masked is named. What was opened stays open.

import { pieces } from "../state/pieces.js";
import { reasonOf } from "../state/words.js";
import { make } from "./make.js";

/** @typedef {import("../state/timeline.js").Item} Item */

/** @param {Item} item @param {boolean} mine its author sees it open, and what others see */
export function body(item, mine) {
  const inside = noted(paragraph(item), item.note);
  if (!item.folded) return inside;
  const line = make("p", { class: "fold-line" }, make("span", {}, `${mine ? "Others see this folded" : "Folded"}: ${reasonOf(item.folded.why)}.`));
  const whole = !item.folded.spans.length;
  if (whole) inside.dataset.folded = "";
  const box = make("div", {}, ...(whole ? [line, inside] : [inside, line]));
  show(box, mine);
  if (!mine) line.append(button(box));
  return box;
}

/** @param {any} box */
function button(box) {
  const press = make("button", { type: "button", class: "fold-open", "aria-expanded": "false", onclick: () => {
    const isShown = press.getAttribute("aria-expanded") !== "true";
    press.setAttribute("aria-expanded", String(isShown));
    press.textContent = isShown ? "Hide" : "Show";
    show(box, isShown);
  } }, "Show");
  return press;
}

/** @param {any} box @param {boolean} isShown */
function show(box, isShown) {
  for (const part of box.querySelectorAll("[data-folded]")) part.hidden = !isShown;
  for (const gap of box.querySelectorAll(".gap")) gap.hidden = isShown;
}

/** @param {Item} item */
function paragraph(item) {
  const drawn = pieces(item.text, item.folded?.spans).flatMap(({ text, kind }) => {
    if (kind === "plain") return [text];
    if (kind === "masked") return [told("masked", text, "a detail left out")];
    return [told("gap", "…", "something folded"), make("span", { "data-folded": "" }, text)];
  });
  return make("p", { class: "text" }, ...drawn);
}

/** A sign for the eye with words for a screen reader. @param {string} name @param {string} sign @param {string} words */
function told(name, sign, words) { return make("span", { class: name }, make("span", { "aria-hidden": "true" }, sign), make("span", { class: "unseen" }, words)); }

/** @param {any} inside @param {string} [note] */
export function noted(inside, note) {
  return note ? make("details", {}, make("summary", {}, `About: ${note}`), inside) : inside;
}

/** What the reader had opened in the old row is open in the new one. @param {any} old @param {any} row */
export function carryOpen(old, row) {
  const details = row.querySelector("details");
  if (details) details.open = !!old.querySelector("details")?.open;
  if (old.querySelector('.fold-open[aria-expanded="true"]')) row.querySelector(".fold-open")?.click();
}
