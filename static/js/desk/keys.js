// @ts-check
// The keyboard of the desk: hears the keys, and shows which there are.

import { byId, make } from "../view/make.js";
import { KEYS, wanted } from "./state/keymap.js";

const ALWAYS = [["↑ ↓", "Go from case to case in the queue"], ["Enter", "Open the case"], ["Esc", "Back: out of a form, then to the queue"], ["Tab", "Go to everything else"]];
const TYPING = "input, textarea, select, [contenteditable]";

/** @param {{now: {keys: boolean}}} choices @param {Record<string, () => void>} acts by the names of state/keymap.js, and `back` */
export function listenToKeys(choices, acts) {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    const isTyping = event.target instanceof Element && !!event.target.closest(TYPING);
    const act = wanted(event, { isTyping, hasDialog: !!document.querySelector("dialog[open]"), isOn: choices.now.keys });
    if (!act) return;
    event.preventDefault();
    (act === "keys" ? showKeys : acts[act])?.();
  });
  byId("keys-open").addEventListener("click", showKeys);
  byId("keys-close").addEventListener("click", () => byId("keys").close());
  const shown = [...ALWAYS, ["j k", "Go to the next case, or the one before"], ...KEYS.slice(2).map(([key, , what]) => [key, what])];
  byId("keys-list").replaceChildren(...shown.map(([key, what]) => make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, what))));
}

function showKeys() { byId("keys").showModal(); }
