// @ts-check
// What can be done about a case: which acts are offered first, which behind "More", and what each must be told. Knows no DOM.
// Law: where somebody may be in danger, no act that shuts them out is offered first, and none is ordered without saying that one is sure.

import { isDanger } from "./queue.js";

/** @typedef {import("./terms.js").Case} Case */
/** @typedef {"text"|"seconds"|"level"|"on"|"to"|"is_sure"|"reason"} Field */
/** @typedef {{act: string, name: string, about: string, done: string, fields: Field[], options?: [string, string][], step?: string, isLogged?: boolean}} Act `isLogged`: the reason is for the log alone
 *   `step`: asked for at a path of its own, and the case is closed by it */
/** @typedef {Record<string, string>} Draft what was typed, by field */

const MUTES = /** @type {[string, string][]} */ ([["600", "10 minutes"], ["3600", "1 hour"], ["21600", "6 hours"], ["86400", "24 hours"], ["259200", "3 days, once a second moderator agrees"], ["604800", "7 days, once a second moderator agrees"]]);

/** @type {Record<string, Act>} by name */
export const ACTS = Object.fromEntries(/** @type {Act[]} */ ([
  { act: "confirm", step: "confirm", name: "Agree", about: "The limit lasts as long as the first moderator wanted. If you do not agree, close the case: then it ends after 24 hours.", done: "You agreed. The case is closed.", isLogged: true, fields: ["reason"] },
  { act: "let_through", name: "Let it through", about: "It comes into the room, after what was said meanwhile. Its author is told.", done: "The message is in the room.", fields: ["reason"] },
  { act: "give_back", name: "Give it back", about: "Nobody sees it. Its author gets it back with your reason. This cannot be undone.", done: "The message went back to its author.", fields: ["reason"] },
  { act: "word", name: "Write to them", about: "Only this member reads it, now or when they come back.", done: "Your word is with them.", isLogged: true, fields: ["text", "reason"] },
  { act: "say", name: "Answer in the room", about: "Everybody in the room reads it, from “Moderator”, without your name.", done: "It is in the room.", isLogged: true, fields: ["text", "reason"] },
  { act: "fold", name: "Fold the message", about: "Others see your reason, and a button that opens it.", done: "The message is folded.", fields: ["reason"] },
  { act: "remove", name: "Remove the message", about: "Its words leave the room. Its author is told why, and how to ask for another look.", done: "The message is removed.", fields: ["reason"] },
  { act: "restore", name: "Show it again", about: "A message that was folded or removed stands there as before.", done: "The message is back.", fields: ["reason"] },
  { act: "mute", name: "Mute them for a time", about: "They go on reading, and can still reach moderators. They are told why, for how long, and how to ask for another look.", done: "They are muted.", fields: ["seconds", "reason"], options: MUTES },
]).map((act) => [act.act, act]));

const SHUTTING_OUT = new Set(["mute", "exclude"]);
const WITHOUT_MESSAGE = new Set(["asked", "handoff", "second"]);
const HELD = ["let_through", "give_back"];
const OF_MESSAGE = ["fold", "remove", "restore"];
const FIRST = { second: ["confirm"], danger: ["word", "say"], held: [...HELD, "word"], message: ["fold", "remove", "word", "mute"], person: ["word", "say"] };

/** @param {Case} one @returns {{first: Act[], more: Act[]}} */
export function offered(one) {
  const hasMessage = !WITHOUT_MESSAGE.has(one.kind);
  const isPossible = (/** @type {Act} */ { act }) => {
    if (act === "confirm") return one.kind === "second";
    return HELD.includes(act) ? one.kind === "held" : !OF_MESSAGE.includes(act) || (hasMessage && one.kind !== "held");
  };
  const kind = one.kind === "held" || one.kind === "second" ? one.kind : isDanger(one) ? "danger" : hasMessage ? "message" : "person";
  const possible = Object.values(ACTS).filter(isPossible), first = FIRST[kind];
  const isFirst = ({ act }) => first.includes(act) && !(isDanger(one) && SHUTTING_OUT.has(act));
  return { first: possible.filter(isFirst).sort((a, b) => first.indexOf(a.act) - first.indexOf(b.act)), more: possible.filter((act) => !isFirst(act)) };
}

/** The fields an act asks for about this case, in order. @param {Act} act @param {Case} one @returns {Field[]} */
export function fieldsOf(act, one) {
  return SHUTTING_OUT.has(act.act) && isDanger(one) ? [...act.fields, "is_sure"] : act.fields;
}

/** The first field that is still needed, or null. @param {Field[]} fields @param {Draft} draft @returns {Field|null} */
export function missing(fields, draft) {
  return fields.find((field) => field !== "to" && !draft[field]?.trim()) ?? null;
}

/** What is sent. @param {Act} act @param {Field[]} fields @param {Draft} draft @param {string} attempt names it, so that nothing is done twice */
export function orderOf(act, fields, draft, attempt) {
  const told = fields.map((field) => [field, valueOf(field, draft[field]?.trim() ?? "")]);
  return act.step ? Object.fromEntries(told) : { act: act.act, ...Object.fromEntries(told), attempt };
}

/** @param {Field} field @param {string} typed */
function valueOf(field, typed) {
  if (field === "seconds") return Number(typed);
  if (field === "on" || field === "is_sure") return typed === "yes";
  return field === "to" && !typed ? null : typed;
}
