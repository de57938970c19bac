// @ts-check
// What can be done with one message: one calm button opens it, below the message; one is open at a time. What others did stays in sight.

import { make } from "./make.js";

/** @typedef {import("../state/timeline.js").Item} Item */

// Words, not pictures: they look the same on every phone, and nobody has to guess what a picture means.
const KINDS = { heart: "Heart", hug: "Hug", same: "Me too", strength: "Strength", thanks: "Thanks" };

/** The button beside the words. @param {Item} item @param {boolean} mine @param {any} on */
export function opener(item, mine, on) {
  const button = make("button", { type: "button", class: "more", tabindex: "-1", "aria-expanded": "false", "aria-label": mine ? "Your message: what you can do" : `Answer ${item.handle}`,
    onclick: () => button.getAttribute("aria-expanded") === "true" ? close(button) : open(button, panel(item, mine, on)) }, "⋯");
  return button;
}

/** @param {any} button @param {any} acts */
function open(button, acts) {
  closeAll(button.closest(".messages"));
  button.setAttribute("aria-expanded", "true");
  button.closest(".line").after(acts);
  acts.querySelector("button").focus();
  acts.scrollIntoView({ block: "nearest" });
}

/** @param {any} button */
function close(button) {
  button.setAttribute("aria-expanded", "false");
  button.closest(".message").querySelector(".acts")?.remove();
  button.focus();
}

/** Closes what is open; whether anything was. @param {any} list */
export function closeAll(list) {
  const button = list.querySelector('.more[aria-expanded="true"]');
  if (button) close(button);
  return !!button;
}

/** @param {Item} item @param {boolean} mine @param {any} on */
function panel(item, mine, on) {
  const acts = make("div", { class: "acts", role: "group", "aria-label": "Answer" });
  const act = (/** @type {string} */ name, /** @type {() => void} */ run, /** @type {Record<string, string>} */ set = {}) => {
    acts.append(make("button", { type: "button", ...set, onclick: () => { closeAll(acts.closest(".messages")); run(); } }, name));
  };
  act("Reply", () => on.reply(item));
  if (mine) act("Take back", () => on.takeBack(item));
  else for (const [kind, name] of Object.entries(KINDS)) {
    const isOn = has(item, kind, on);
    act(name, () => on.react(item, kind, !isOn), { "aria-pressed": String(isOn) });
  }
  if (!mine) act("Tell a moderator", () => on.report(item), { "aria-haspopup": "dialog" });
  return acts;
}

/** @param {Item} item @param {string} kind @param {any} on */
const has = (item, kind, on) => !!item.reactions.get(kind)?.has(on.me());

/** What is there already; pressing joins in. The keyboard reaches the same through the opener. @param {Item} item @param {any} on */
export function counts(item, on) {
  const row = make("div", { class: "counts" });
  for (const [kind, name] of Object.entries(KINDS)) {
    const count = item.reactions.get(kind)?.size;
    if (!count) continue;
    const isOn = has(item, kind, on), label = count > 1 ? `${name} · ${count}` : name;
    row.append(item.member === on.me() ? make("span", { class: "count" }, label)
      : make("button", { type: "button", class: "count", tabindex: "-1", "aria-pressed": String(isOn), onclick: () => on.react(item, kind, !isOn) }, label));
  }
  return row;
}
