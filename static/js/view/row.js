// @ts-check
// One message as it is drawn: who, when, what it answers, its words. Knows nothing of the list around it.

import { timeOf } from "../state/days.js";
import { quoteOf } from "../state/words.js";
import { avatar } from "./avatar.js";
import { make } from "./make.js";
import { counts, opener } from "./respond.js";

/** @typedef {import("../state/timeline.js").Item} Item */
/** @typedef {import("../state/outbox.js").Attempt} Attempt */

/** @param {Item} item @param {boolean} first whether it opens a group of one member's lines @param {any} on */
export function rowOf(item, first, on) {
  if (item.kind === "notice") return make("li", { class: "notice" }, item.text);
  const mine = item.member === on.me();
  const row = make("li", { class: `message${first ? " first" : ""}${mine ? " mine" : ""}${item.goneBy ? " gone" : ""}` });
  row.append(avatar(item.member ?? ""), who(item, mine));
  if (item.reply_to && !item.goneBy) row.append(make("p", { class: "quote" }, make("span", { class: "unseen" }, "In answer to "), quoteOf(on.find(item.reply_to))));
  row.append(make("div", { class: "line" }, words(item), ...(item.goneBy ? [] : [opener(item, mine, on)])));
  if (item.reactions.size) row.append(counts(item, on));
  return row;
}

/** @param {Item} item @param {boolean} mine */
function who(item, mine) {
  return make("div", { class: "who" }, make("span", { class: "handle" }, mine ? `${item.handle} (you)` : item.handle ?? ""),
    make("time", { class: "at", datetime: new Date(item.at).toISOString() }, timeOf(item.at)));
}

/** @param {Item} item */
function words(item) {
  if (item.goneBy) return make("p", { class: "words" }, item.goneBy === "author" ? "Taken back by its author" : "Removed by a moderator");
  return folded(item.text, item.note, item.folded);
}

/** @param {string} text @param {string} [note] @param {boolean} [isFolded] */
function folded(text, note, isFolded) {
  if (!note && !isFolded) return make("p", { class: "words" }, text);
  return make("details", { class: "words" }, make("summary", {}, note ? `About: ${note}` : "Folded. Open it if you like."), make("p", {}, text));
}

const STATES = { sending: "Sending…", held: "Waiting for a moderator to look.", sent: "Sent", not_sent: "Not sent." };

/** Words that are not in the record yet. @param {Attempt} attempt @param {boolean} first @param {any} on */
export function attemptRow(attempt, first, on) {
  const state = make("div", { class: "state" }, STATES[attempt.state], ...(attempt.why ? [` ${attempt.why}`] : []));
  if (attempt.state === "not_sent") {
    state.append(make("button", { type: "button", onclick: () => on.retry(attempt.id) }, "Try again"),
      make("button", { type: "button", class: "plain", onclick: () => on.drop(attempt.id) }, "Discard"));
  }
  return make("li", { class: `message mine${first ? " first" : ""}${attempt.state === "not_sent" ? " not-sent" : ""}` },
    avatar(on.me()), make("div", { class: "line" }, folded(attempt.text, attempt.note)), state);
}
