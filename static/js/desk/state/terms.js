// @ts-check
// What a case is, in plain words. A level says how soon somebody must look, never how ill anybody is. Knows no DOM.

/** @typedef {{rule: string, label: string, intent: string, start: number, end: number}} Reason */
/** @typedef {{id: string, kind: string, level: string, labels: string[], group: {slug: string, title: string}, room: number, handle: string,
 *   opened_at: number, reasons: Reason[], claim: {name: string, is_mine: boolean, until: number}|null, is_here: boolean, pages: number,
 *   note?: string|null, is_own?: boolean, handoff?: {id: string, state: string}|null}} Case `note`: what one moderator tells the next; `is_own`: about one's own act, so for others to decide */

const LEVELS = { crisis: "Crisis", red: "Urgent", amber: "Soon", green: "No hurry" };
const LABELS = {
  suicide: "suicide", self_harm: "self-harm", overdose: "overdose", abuse: "being hurt by somebody", threat: "a threat to others", eating: "eating",
  personal_info: "personal details", contact: "meeting outside", method: "details of a method", harassment: "hurtful to somebody", hate: "against a group of people",
  sexual: "about sex", medical: "advice on medicine", promotion: "advertising", flood: "repetition",
};
const KINDS = {
  message: "Said in the room", held: "Waits to be let through", failed: "Could not be checked", concern: "A member is worried",
  rule: "Reported by a member", asked: "Asks for a moderator", handoff: "A talk that lost its moderator", appeal: "An appeal", second: "Needs a second moderator",
};

/** @param {Record<string, string>} words @param {string} name @param {string} otherwise */
const of = (words, name, otherwise) => Object.hasOwn(words, name) ? words[name] : otherwise;

/** @param {string} level */
export const levelWord = (level) => of(LEVELS, level, "Look");

/** @param {string} label */
export const labelWord = (label) => of(LABELS, label, label.replaceAll("_", " "));

/** @param {string} kind */
export const kindWord = (kind) => of(KINDS, kind, "Something to look at");

/** What it is about: its labels, or else where it came from. @param {Case} one */
export function aboutOf({ labels, kind }) {
  const words = labels.length ? labels.map(labelWord).join(", ") : kindWord(kind);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Where it came from, when the labels leave that open. @param {Case} one */
export function sourceOf({ labels, kind }) { return labels.length && kind !== "message" ? kindWord(kind) : ""; }

/** @param {Case} one */
export const nameOf = ({ handle }) => handle || "Somebody who has left";

/** How long somebody has waited, as their language writes it. @param {number} ms @param {string} [language] */
export function waited(ms, language) {
  const unit = (/** @type {number} */ count, /** @type {string} */ name) => new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short" }).format(count);
  const minutes = Math.max(0, Math.floor(ms / 60_000)), hours = Math.floor(minutes / 60);
  if (minutes < 1) return `under ${unit(1, "minute")}`;
  if (hours < 1) return unit(minutes, "minute");
  return hours < 24 ? `${unit(hours, "hour")} ${unit(minutes % 60, "minute")}` : unit(Math.floor(hours / 24), "day");
}
