// @ts-check
// What a case is, who it is about and why it is here, as it is drawn.

import { byId, make } from "../view/make.js";
import { mark } from "./mark.js";
import { aboutOf, labelWord, nameOf, sourceOf, waited } from "./state/terms.js";

/** @typedef {import("./state/terms.js").Case} Case */

/** @type {Record<string, string>} why a case without a rule's sentence is here */
const WHY = {
  asked: "They asked to talk to a moderator.",
  concern: "Another member is worried about this person. Nobody has told the person.",
  rule: "Another member says that this message goes against what everybody agreed to.",
  failed: "The check of this message failed, so a person must look at it.",
  appeal: "They ask for another look at what was decided about them.",
  second: "A moderator wants a limit to last longer than one may decide alone.",
  handoff: "They were talking with a moderator whose desk is gone, and wait for another.",
};

/** What does not change while a case is open. @param {Case} one */
export function drawCase(one) {
  byId("case-level").replaceChildren(mark(one.level));
  byId("case-title").textContent = aboutOf(one);
  const sentences = new Map(one.reasons.map((reason) => [`${reason.intent} ${reason.label}`, reason])); // several rules may say the same
  const several = new Set(one.reasons.map(({ label }) => label)).size > 1;
  const lines = [...sentences.values()].map(({ intent, label }) => make("li", {}, intent, ...(several ? [make("span", { class: "fine" }, ` (${labelWord(label)})`)] : [])));
  byId("reasons").replaceChildren(...(lines.length ? lines : [make("li", {}, WHY[one.kind] ?? "No rule has named a reason.")]), ...(one.note ? [make("li", { class: "note" }, `A moderator says: ${one.note}`)] : []));
}

/** Who and where. @param {Case} one */
export function factsOf(one) { return [sourceOf(one), nameOf(one), one.group.title, one.is_here ? "is here" : "not here just now"].filter(Boolean).join(" · "); }

/** Who, where and since when. @param {Case} one @param {number} now_ms the server's */
export function drawFacts(one, now_ms) {
  const facts = `${factsOf(one)} · waiting ${waited(now_ms - one.opened_at)}`, place = byId("case-facts");
  if (place.textContent !== facts) place.textContent = facts;
}
