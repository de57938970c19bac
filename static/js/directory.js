// @ts-check
// The directory page: which groups there are.

import { groups } from "./net/join.js";
import { quickExit } from "./view/leave.js";
import { byId, make } from "./view/make.js";

quickExit();

/** @param {any} group */
function entry(group) {
  const here = group.here === 0 ? "nobody here just now" : group.here === 1 ? "1 person here" : `${group.here} people here`;
  return make("li", {}, make("a", { href: `/g/${group.id}`, lang: group.language },
    make("span", { class: "group-name" }, group.title, make("span", { class: "group-here" }, here)),
    make("span", { class: "group-topic" }, group.topic)));
}

async function show() {
  const state = byId("groups-state");
  try {
    const found = await groups();
    byId("groups").replaceChildren(...found.map(entry));
    state.textContent = "";
    state.hidden = found.length > 0;
    if (!found.length) state.textContent = "There are no groups here yet.";
  } catch {
    state.replaceChildren("The groups cannot be reached just now. ", make("button", { type: "button", onclick: show }, "Try again"));
  }
}
show();
