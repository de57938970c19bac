// @ts-check
// One message as it is drawn: who, when, what it answers, its words. Knows nothing of the list around it.

import { adviceLine } from "../state/advice.js";
import { timeOf } from "../state/days.js";
import { quoteOf } from "../state/words.js";
import { avatar } from "./avatar.js";
import { body, noted } from "./folds.js";
import { make } from "./make.js";
import { counts, opener } from "./respond.js";

/** @typedef {import("../state/timeline.js").Item} Item */
/** @typedef {import("../state/outbox.js").Attempt} Attempt */

/** @param {Item} item @param {boolean} first whether it opens a group of one member's lines @param {any} on */
export function rowOf(item, first, on) {
  if (item.kind === "notice") return make("li", { class: "notice" }, item.text);
  const mine = item.member === on.me();
  const row = make("li", { class: `message${first ? " first" : ""}${mine ? " mine" : ""}${item.mark === "moderator" ? " moderator" : ""}${item.goneBy ? " gone" : ""}` });
  row.append(avatar(item.member ?? ""), who(item, mine));
  if (item.reply_to && !item.goneBy) row.append(make("p", { class: "quote" }, make("span", { class: "unseen" }, "In answer to "), quoteOf(on.find(item.reply_to))));
  row.append(make("div", { class: "line" }, words(item, mine), ...(item.goneBy ? [] : [opener(item, mine, on)])));
  if (item.reactions.size) row.append(counts(item, on));
  if (mine && !item.goneBy) row.append(...advice(item, on));
  return row;
}

/** @param {Item} item @param {boolean} mine */
function who(item, mine) {
  return make("div", { class: "who" }, make("span", { class: "handle" }, mine ? `${item.handle} (you)` : item.handle ?? ""),
    make("time", { class: "at", datetime: new Date(item.at).toISOString() }, timeOf(item.at)));
}

/** @param {Item} item @param {boolean} mine */
function words(item, mine) {
  if (item.goneBy) return make("p", { class: "words" }, item.goneBy === "author" ? "Taken back by its author" : "Removed by a moderator");
  return make("div", { class: "words" }, body(item, mine));
}

/** What its author alone is told of it. @param {Item} item @param {any} on */
function advice(item, on) {
  const because = on.advice(item.pos);
  if (!because) return [];
  return [make("div", { class: "advice", role: "note", "aria-label": "Only you see this" }, make("p", {}, make("strong", {}, "Only you see this. "), adviceLine(because)),
    make("button", { type: "button", class: "plain", onclick: () => on.understood(item) }, "All right"))];
}

const STATES = { sending: "Sending…", held: "Only you see this so far. It waits for a moderator.", returned: "Not shared.", sent: "Sent", not_sent: "Not sent." };
/** @type {Record<string, [string, string]>} what goes on with it, and its name */
const ONWARD = { not_sent: ["retry", "Try again"], returned: ["edit", "Change it"] };

/** Words that are not in the record yet. @param {Attempt} attempt @param {boolean} first @param {any} on */
export function attemptRow(attempt, first, on) {
  const why = attempt.because ? adviceLine(attempt.because) : attempt.why, onward = ONWARD[attempt.state];
  const state = make("div", { class: "state" }, STATES[attempt.state], ...(why ? [` ${why}`] : []));
  if (onward) {
    state.append(make("button", { type: "button", onclick: () => on[onward[0]](attempt.id) }, onward[1]),
      make("button", { type: "button", class: "plain", onclick: () => on.drop(attempt.id) }, "Discard"));
  }
  return make("li", { class: `message mine${first ? " first" : ""}${onward ? " not-sent" : ""}` }, avatar(on.me()),
    make("div", { class: "line" }, make("div", { class: "words" }, noted(make("p", { class: "text" }, attempt.text), attempt.note))), state);
}
