// @ts-check
// A level as a shape and a word: neither its colour nor its shape alone tells it.

import { make } from "../view/make.js";
import { levelWord } from "./state/terms.js";

const SVG = "http://www.w3.org/2000/svg";
const SHAPES = { crisis: "M8 0 16 8 8 16 0 8Z", red: "M8 1 16 15H0Z", amber: "M2 2H14V14H2Z", green: "M8 2a6 6 0 1 0 .01 0Z" };

/** @param {string} level */
export function mark(level) {
  const known = Object.hasOwn(SHAPES, level) ? level : "green";
  const svg = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
  for (const [name, value] of [["viewBox", "0 0 16 16"], ["class", "shape"], ["aria-hidden", "true"]]) svg.setAttribute(name, value);
  path.setAttribute("d", SHAPES[/** @type {keyof typeof SHAPES} */ (known)]);
  svg.append(path);
  return make("span", { class: `level ${known}` }, svg, levelWord(level));
}
