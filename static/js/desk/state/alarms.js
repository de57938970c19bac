// @ts-check
// What fails around the desk, as a line for whoever sits at it. Knows no DOM.

import { timeOf } from "../../state/days.js";

/** @typedef {{name: string, since: number, failures: number, why: string}} Alarm `since`: ms since 1970 */

const WORDS = { oncall: "Whoever is on call cannot be reached from here" };

/** @param {Alarm[]} alarms @param {string} [language] @param {string} [zone] */
export function alarmLine(alarms, language, zone) {
  return alarms.map(({ name, since, failures, why }) => {
    const what = Object.hasOwn(WORDS, name) ? WORDS[/** @type {keyof typeof WORDS} */ (name)] : `${name} does not work`;
    return `${what}: since ${timeOf(since, language, zone)}, ${failures === 1 ? "once" : `${failures} times`} (${why}). Please tell whoever runs this server.`;
  }).join(" ");
}
