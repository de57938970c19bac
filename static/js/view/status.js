// @ts-check
// The line about the link, and the quiet ones: who types, who is here, what is read aloud.

import { Typing, TYPING_MS, typingLine } from "../state/typing.js";
import { avatar } from "./avatar.js";
import { byId, make } from "./make.js";

const SHOW_LOST_AFTER_MS = 1200; // a deploy or a short gap passes unseen
const SHOW_BACK_MS = 2500;
const SPOKEN = 10;               // lines kept for a screen reader that is behind
const LINES = {
  lost: "The connection is lost. Your words are safe here; trying again…",
  ask: "The connection was closed. Reload the page to come back; what you wrote is kept.",
  over: "You have left the room.",
  apart: "", // said beside the button that helps
};
/** @type {ReturnType<typeof setTimeout>|undefined} */ let turn;

/** @param {"open"|"lost"|"ask"|"over"|"apart"} state */
export function showLink(state) {
  const line = byId("link"), isShown = !line.hidden;
  const put = (/** @type {string} */ words) => { line.hidden = !words; line.textContent = words; };
  if (state === "lost" && (isShown || turn) && line.textContent !== "Connected again.") return;
  clearTimeout(turn);
  turn = undefined;
  if (state !== "open") turn = setTimeout(put, state === "lost" ? SHOW_LOST_AFTER_MS : 0, LINES[state]);
  else if (isShown) { put("Connected again."); turn = setTimeout(() => { turn = undefined; put(""); }, SHOW_BACK_MS); }
}

const typing = new Typing();

/** @param {any} who @param {string} me */
export function showTyping(who, me) {
  if (who.member === me) return;
  typing.came(who, Date.now());
  drawTyping();
  setTimeout(drawTyping, TYPING_MS + 50);
}

/** @param {string} member */
export function stopTyping(member) { typing.stopped(member); drawTyping(); }

function drawTyping() { byId("typing").textContent = typingLine(typing.names(Date.now())); }

/** @param {any} here @param {string} me */
export function showHere(here, me) {
  byId("who").textContent = here.count === 1 ? "1 here" : `${here.count} here`;
  const rest = here.count - here.members.length;
  byId("people-list").replaceChildren(...here.members.map((/** @type {any} */ m) => make("li", {}, avatar(m.member), m.member === me ? `${m.handle} (you)` : m.handle)),
    ...(rest > 0 ? [make("li", {}, `and ${rest} more`)] : []));
}

/** Read aloud, politely; only what is new and somebody else's. @param {string} pos @param {string} line */
export function announce(pos, line) {
  const log = byId("announcer");
  log.append(make("p", { "data-pos": pos }, line));
  while (log.childElementCount > SPOKEN) log.firstElementChild.remove();
}

/** Taken back or removed: nothing of it stays in the page. @param {string} pos */
export function unsay(pos) { for (const line of byId("announcer").children) if (line.dataset.pos === pos) line.remove(); }
