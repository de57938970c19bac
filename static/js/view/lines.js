// @ts-check
// Lines to call or write to, in the country the person chooses. The whole list comes at once, so that no choice leaves the page.

import { helplines } from "../net/join.js";
import { keep, kept } from "../net/kept.js";
import { byName, languagesOf, numberOf, trustOf, webOf } from "../state/lines.js";
import { make } from "./make.js";

/** @typedef {import("../state/lines.js").Line} Line */

/** A block that fills itself. */
export function linesBlock() {
  const block = make("div", { class: "lines" });
  fill(block);
  return block;
}

/** Fills a place when it is opened first. @param {any} details */
export function fillWhenOpened(details) {
  details.addEventListener("toggle", () => details.append(linesBlock()), { once: true });
}

/** @param {any} block */
async function fill(block) {
  block.replaceChildren(make("p", { role: "status", class: "fine" }, "One moment…"));
  try {
    block.replaceChildren(...chooser(byName(await helplines())));
  } catch {
    block.replaceChildren(make("p", { role: "status" }, "The list cannot be reached just now. Your local emergency number works without it. "),
      make("button", { type: "button", onclick: () => fill(block) }, "Try again"));
  }
}

/** @param {import("../state/lines.js").Country[]} countries */
function chooser(countries) {
  const list = make("ul", { class: "line-list" });
  const choice = make("select", {}, make("option", { value: "" }, "Choose…"), ...countries.map(({ iso2, country }) => make("option", { value: iso2 }, country)));
  const show = () => {
    keep("country", choice.value);
    list.replaceChildren(...(countries.find(({ iso2 }) => iso2 === choice.value)?.lines ?? []).map(entry));
  };
  choice.value = kept("country", "");
  if (!choice.value) choice.value = "";
  choice.addEventListener("change", show);
  show();
  return [make("label", { class: "field" }, "Which country are you in?", choice), list];
}

/** @param {Line} line */
function entry(line) {
  const number = numberOf(line.dial), web = webOf(line.url), spoken = languagesOf(line.languages ?? "", navigator.language);
  const reach = [
    line.dial ? make("p", {}, "Call ", number ? make("a", { class: "dial", href: `tel:${number}` }, line.dial) : make("strong", {}, line.dial)) : "",
    line.text ? make("p", {}, line.text) : "",
    web ? make("p", {}, make("a", { href: web, target: "_blank", rel: "noopener noreferrer" }, "Their own page"),
      make("span", { class: "fine" }, " (in a new tab)")) : "",
  ];
  const about = [line.hours, spoken].filter(Boolean).join(" · ");
  return make("li", {}, make("p", { class: "service" }, line.service), ...reach, ...(about ? [make("p", { class: "fine" }, about)] : []),
    make("p", { class: "fine" }, trustOf(line, navigator.language)));
}
