// @ts-check
// The directory page: which groups there are.

import { groups } from "./net/join.js";
import { quickExit } from "./view/leave.js";
import { fillWhenOpened } from "./view/lines.js";
import { byId, make } from "./view/make.js";

quickExit();
fillWhenOpened(byId("find-lines"));

/** @param {number} count */
const hereLine = (count) => count === 0 ? "nobody here just now" : count === 1 ? "1 person here" : `${count} people here`;

/** A language by its own name. @param {string} tag */
function languageName(tag) {
  try { return new Intl.DisplayNames(tag, { type: "language" }).of(tag) ?? tag; } catch { return tag; }
}

/** @param {any} group */
function entry(group) {
  return make("li", {}, make("a", { href: `/g/${group.id}` },
    make("span", { class: "group-name", lang: group.language }, group.title),
    make("span", { class: "group-topic", lang: group.language }, group.topic),
    make("span", { class: "group-here" }, make("span", { lang: group.language }, languageName(group.language)), ` · ${hereLine(group.here)}`)));
}

async function show() {
  const state = byId("groups-state");
  state.textContent = "Looking for the groups…";
  try {
    const found = await groups();
    byId("groups").replaceChildren(...found.map(entry));
    state.textContent = found.length ? "" : "There are no groups here yet.";
    state.hidden = found.length > 0;
  } catch {
    state.replaceChildren("The groups cannot be reached just now. ", make("button", { type: "button", onclick: show }, "Try again"));
  }
}
show();
