// @ts-check
// What a room says of its moderators: whether one is here, and when not, from when on. Never who. Time is an argument. Knows no DOM.

import { dayOf, timeOf } from "./days.js";

/** @typedef {{here: boolean, next: number|null, read_only: boolean}} Staff */

/** @param {Staff} staff @param {number} now_ms @param {string} [language] @param {string} [zone] */
export function staffLine({ here, next, read_only }, now_ms, language, zone) {
  if (here) return "A moderator is here.";
  const away = next === null ? "No moderator is here just now." : `No moderator until ${soonOf(next, now_ms, language, zone)}.`;
  return read_only ? `${away} Meanwhile this room is for reading; you can still ask for one under Help.` : away;
}

/** A time within a week: the day's name only when it is not today. @param {number} at_ms @param {number} now_ms @param {string} [language] @param {string} [zone] */
function soonOf(at_ms, now_ms, language, zone) {
  const time = timeOf(at_ms, language, zone);
  if (dayOf(at_ms, zone) === dayOf(now_ms, zone)) return time;
  return `${new Intl.DateTimeFormat(language, { timeZone: zone, weekday: "long" }).format(at_ms)}, ${time}`;
}
