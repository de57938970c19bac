// @ts-check
// Words for an emergency, by region, at hand beside the field: one press puts them there, to be changed and sent, or not. The region is the
// one the member names; the whole list comes at once, so that no choice leaves the page.

import { helplines } from "../net/join.js";
import { keep, kept } from "../net/kept.js";
import { byName, trustOf } from "../state/lines.js";
import { make } from "../view/make.js";
import { NOW, passOn } from "./state/wording.js";

/** @typedef {import("../state/lines.js").Country} Country */

const REGION = "desk-region";

/** A block that fills itself when it is opened. @param {(words: string) => void} put puts words into the field */
export function wordingBlock(put) {
  const place = make("div", { class: "fields" });
  const block = make("details", { class: "find-lines" }, make("summary", {}, "Words for an emergency, by region"), place);
  block.addEventListener("toggle", () => fill(place, put), { once: true });
  return block;
}

/** @param {any} place @param {(words: string) => void} put */
async function fill(place, put) {
  place.replaceChildren(entry(NOW, put), make("p", { role: "status", class: "fine" }, "One moment…"));
  try {
    place.replaceChildren(entry(NOW, put), ...chooser(byName(await helplines()), put));
  } catch {
    place.replaceChildren(entry(NOW, put), make("p", { role: "status" }, "The lines cannot be reached just now. "), make("button", { type: "button", onclick: () => fill(place, put) }, "Try again"));
  }
}

/** @param {Country[]} countries @param {(words: string) => void} put */
function chooser(countries, put) {
  const list = make("div", { class: "fields" });
  const choice = make("select", {}, make("option", { value: "" }, "Choose…"), ...countries.map(({ iso2, country }) => make("option", { value: iso2 }, country)));
  const show = () => {
    keep(REGION, choice.value);
    const found = countries.find(({ iso2 }) => iso2 === choice.value);
    list.replaceChildren(...(found ? found.lines.map((line) => entry(passOn(found.country, line), put, trustOf(line, navigator.language))) : []));
  };
  choice.value = kept(REGION, "");
  if (!choice.value) choice.value = "";
  choice.addEventListener("change", show);
  show();
  return [make("label", { class: "field" }, "Where are they?", choice), list];
}

/** @param {string} words @param {(words: string) => void} put @param {string} [trust] for the moderator alone */
function entry(words, put, trust) {
  return make("div", { class: "said" }, make("p", { class: "text" }, words), ...(trust ? [make("p", { class: "fine" }, trust)] : []),
    make("button", { type: "button", "aria-label": `Put into your words: ${words}`, onclick: () => put(words) }, "Put into your words"));
}
