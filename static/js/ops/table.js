// @ts-check
// A table of figures whose rows stay while their figures change: focus and what is open are never lost to a refresh.

import { make } from "../view/make.js";
import { stretches } from "./state/spark.js";

const SVG = "http://www.w3.org/2000/svg", WIDTH = 120, HEIGHT = 28;
/** @typedef {import("./state/words.js").Cell} Cell */
/** @typedef {{id: string, name: string, cells: Cell[], at: number, hour: (number|null)[], says: string, least: number, parent?: string, isHidden?: boolean, toggle?: {words: string, isOpen: boolean}}} Line
 *   `at`: which column after the name the hour's line has; `parent` of a row below another */

/** @param {(number|null)[]} values @param {string} says @param {number} least */
function spark(values, says, least) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ class: "spark", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": says })) svg.setAttribute(key, value);
  for (const [points, kind] of [[`0,${HEIGHT} ${WIDTH},${HEIGHT}`, "floor"], ...stretches(values, WIDTH, HEIGHT, least).map((each) => [each, "line"])]) {
    const stretch = document.createElementNS(SVG, "polyline");
    stretch.setAttribute("points", points);
    stretch.setAttribute("class", kind);
    svg.append(stretch);
  }
  return svg;
}

export class Figures {
  /** @param {HTMLElement} head @param {HTMLElement} body @param {string[]} columns @param {(id: string, isOpen: boolean) => void} [onToggle] */
  constructor(head, body, columns, onToggle = () => {}) {
    head.replaceChildren(...columns.map((name) => make("th", { role: "columnheader", scope: "col" }, name)));
    this.body = body;
    this.columns = columns;
    this.onToggle = onToggle;
    /** @type {Map<string, any>} */ this.rows = new Map();
  }

  /** @param {Line[]} lines all of them, in order */
  show(lines) {
    const ids = new Set(lines.map(({ id }) => id));
    for (const [id, row] of this.rows) if (!ids.has(id)) { row.remove(); this.rows.delete(id); }
    lines.forEach((line, index) => {
      const row = this.rows.get(line.id) ?? this.#make(line);
      if (this.body.children[index] !== row) this.body.insertBefore(row, this.body.children[index] ?? null);
      this.#fill(row, line);
    });
  }

  /** @param {Line} line */
  #make(line) {
    const head = make("th", { role: "rowheader", scope: "row" }, make("span", { class: "name" }));
    const cells = this.columns.slice(1).map((name) => make("td", { role: "cell", "data-name": name }));
    const row = make("tr", { role: "row", class: line.parent ? "of-room" : "" }, head, ...cells);
    this.rows.set(line.id, row);
    return row;
  }

  /** @param {any} row @param {Line} line */
  #fill(row, line) {
    row.hidden = Boolean(line.isHidden);
    const [head, ...cells] = row.children;
    write(head.firstChild, line.name);
    this.#toggle(head, line);
    const figures = [...line.cells];
    cells.forEach((/** @type {any} */ cell, /** @type {number} */ index) => {
      if (index === line.at) return draw(cell, line);
      const { words, isBad, isNone } = /** @type {Cell} */ (figures.shift());
      write(cell, words);
      cell.className = isBad ? "bad" : isNone ? "none" : "";
    });
  }

  /** @param {any} head @param {Line} line */
  #toggle(head, { id, toggle }) {
    let button = head.querySelector(".toggle");
    if (!toggle) return button?.remove();
    if (!button) head.append(button = make("button", { type: "button", class: "plain toggle", onclick: () => this.onToggle(id, button.getAttribute("aria-expanded") === "true") }));
    write(button, toggle.words);
    button.setAttribute("aria-expanded", `${toggle.isOpen}`);
  }
}

/** @param {any} element @param {string} words */
function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/** @param {any} cell @param {Line} line */
function draw(cell, { hour, says, least }) {
  const key = JSON.stringify([hour, says]);
  if (cell.drawn === key) return;
  cell.drawn = key;
  const isKnown = hour.some((each) => each !== null);
  cell.className = isKnown ? "" : "none";
  cell.replaceChildren(isKnown ? spark(hour, says, least) : says);
}
