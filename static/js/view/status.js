// @ts-check
// The line about the link, and the quiet ones: who types, who is here, what is read aloud.

import { avatar } from "./avatar.js";
import { byId, make } from "./make.js";

const TYPING_MS = 5000, SHOW_LOST_AFTER_MS = 1200;
/** @type {ReturnType<typeof setTimeout>|undefined} */ let lost;
/** @type {Map<string, [string, ReturnType<typeof setTimeout>]>} */ const typing = new Map();

/** @param {string} state */
export function showLink(state) {
  const line = byId("link");
  clearTimeout(lost);
  if (state === "open") { line.hidden = true; line.textContent = ""; return; }
  const words = state === "ask" ? "The connection was closed. Reload the page to come back; what you wrote is kept."
    : state === "over" ? "You have left the room." : "The connection is lost. Your words are safe here; trying again…";
  lost = setTimeout(() => { line.textContent = words; line.hidden = false; }, state === "ask" ? 0 : SHOW_LOST_AFTER_MS);
}

/** @param {any} who @param {string} me */
export function showTyping(who, me) {
  if (who.member === me) return;
  clearTimeout(typing.get(who.member)?.[1]);
  typing.set(who.member, [who.handle, setTimeout(() => stopTyping(who.member), TYPING_MS)]);
  drawTyping();
}

/** @param {string} member */
export function stopTyping(member) { clearTimeout(typing.get(member)?.[1]); typing.delete(member); drawTyping(); }

function drawTyping() {
  const names = [...typing.values()].map(([handle]) => handle);
  byId("typing").textContent = !names.length ? "" : names.length === 1 ? `${names[0]} is writing…` : names.length === 2 ? `${names.join(" and ")} are writing…` : "Several people are writing…";
}

/** @param {any} here @param {string} me */
export function showHere(here, me) {
  byId("who").textContent = here.count === 1 ? "1 here" : `${here.count} here`;
  const rest = here.count - here.members.length;
  byId("people-list").replaceChildren(...here.members.map((/** @type {any} */ m) => make("li", {}, avatar(m.member), m.member === me ? `${m.handle} (you)` : m.handle)),
    ...(rest > 0 ? [make("li", {}, `and ${rest} more`)] : []));
}

/** Read aloud, politely; only what is new and somebody else's. @param {string} handle @param {string} text */
export function announce(handle, text) {
  const log = byId("announcer");
  log.append(make("p", {}, `${handle}: ${text}`));
  while (log.childElementCount > 10) log.firstElementChild.remove();
}
