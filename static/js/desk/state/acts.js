// @ts-check
// What can be done about a case: which acts are offered first, which behind "More", and what is sent.
// Law: where somebody may be in danger, no act that shuts them out is offered first, and none is ordered without saying that one is sure. Knows no DOM.

import { ACTS } from "./catalogue.js";
import { isDanger } from "./queue.js";
import { isLive, isOpen } from "./talk.js";

/** @typedef {import("./terms.js").Case} Case */
/** @typedef {import("./catalogue.js").Act} Act */
/** @typedef {import("./catalogue.js").Field} Field */
/** @typedef {Record<string, string>} Draft what was typed, by field */

const SHUTTING_OUT = new Set(["mute", "exclude"]);
const WITHOUT_MESSAGE = new Set(["asked", "handoff", "second", "appeal"]);
const DECISIONS = new Set(["held", "second", "appeal"]); // kinds that wait for one decision, whatever their level
const HELD = ["let_through", "give_back"];
const OF_MESSAGE = ["fold", "remove", "restore"];
const TALKING = ["return", "withdraw", "look_in"];
const FIRST = { second: ["confirm"], appeal: ["uphold", "lift", "word"], danger: ["offer", "word", "say"], held: [...HELD, "word"], message: ["fold", "remove", "word", "mute"], person: ["offer", "word", "say"] };

/** @type {Record<string, (one: Case) => boolean>} when each act of a talk can be */
const OF_TALK = {
  offer: ({ handoff, kind }) => !isLive(handoff) && kind !== "second" && kind !== "appeal",
  withdraw: ({ handoff, claim }) => handoff?.state === "offered" && !!claim?.is_mine,
  return: ({ handoff, claim }) => isOpen(handoff) && !!claim?.is_mine,
  end: ({ handoff, claim }) => isOpen(handoff) && !!claim?.is_mine,
  look_in: ({ handoff, claim }) => isOpen(handoff) && !!claim && !claim.is_mine,
};

/** What can be done; nothing about one's own act, which is for others. @param {Case} one @returns {{first: Act[], more: Act[]}} */
export function offered(one) {
  if (one.is_own) return { first: [], more: [] };
  const hasMessage = !WITHOUT_MESSAGE.has(one.kind);
  const isPossible = (/** @type {Act} */ { act }) => {
    if (act === "confirm") return one.kind === "second";
    if (act === "uphold" || act === "lift") return one.kind === "appeal";
    if (Object.hasOwn(OF_TALK, act)) return OF_TALK[/** @type {keyof typeof OF_TALK} */ (act)](one);
    return HELD.includes(act) ? one.kind === "held" : !OF_MESSAGE.includes(act) || (hasMessage && one.kind !== "held");
  };
  const kind = DECISIONS.has(one.kind) ? /** @type {keyof typeof FIRST} */ (one.kind) : isDanger(one) ? "danger" : hasMessage ? "message" : "person";
  const possible = Object.values(ACTS).filter(isPossible), first = [...TALKING, ...FIRST[kind]];
  const isFirst = ({ act }) => first.includes(act) && !(isDanger(one) && SHUTTING_OUT.has(act));
  return { first: possible.filter(isFirst).sort((a, b) => first.indexOf(a.act) - first.indexOf(b.act)), more: possible.filter((act) => !isFirst(act)) };
}

/** What can be done about one message of the room, named by its position. @param {boolean} isRemoved @returns {Act[]} */
export const ofMessage = (isRemoved) => (isRemoved ? ["restore"] : OF_MESSAGE).map((act) => ACTS[act]);

/** Under which name what is typed about an act is kept; about another message it is another order. @param {Act} act @param {string} field @param {string} [pos] */
export const draftKey = (act, field, pos) => pos ? `${act.act}.${pos}.${field}` : `${act.act}.${field}`;

/** The fields an act asks for about this case, in order. @param {Act} act @param {Case} one @returns {Field[]} */
export function fieldsOf(act, one) {
  return SHUTTING_OUT.has(act.act) && isDanger(one) ? [...act.fields, "is_sure"] : act.fields;
}

/** The first field that is still needed, or null. @param {Field[]} fields @param {Draft} draft @returns {Field|null} */
export function missing(fields, draft) {
  return fields.find((field) => field !== "to" && !draft[field]?.trim()) ?? null;
}

/** What is sent. @param {Act} act @param {Field[]} fields @param {Draft} draft @param {string} attempt names it, so that nothing is done twice @param {string} [pos] the message, when it is not the case's */
export function orderOf(act, fields, draft, attempt, pos) {
  const told = fields.map((field) => [field, valueOf(field, draft[field]?.trim() ?? "")]);
  return act.path ? { ...Object.fromEntries(told), ...act.set } : { act: act.act, ...Object.fromEntries(told), ...(pos ? { pos } : {}), attempt };
}

/** @param {Field} field @param {string} typed */
function valueOf(field, typed) {
  if (field === "seconds") return Number(typed);
  if (field === "on" || field === "is_sure") return typed === "yes";
  return field === "to" && !typed ? null : typed;
}
