// @ts-check
// The rooms of a moderator: how each stands, in a line, and what can be done about one without a case. Knows no DOM.

import { ACTS } from "./catalogue.js";

/** @typedef {{number: number, here: number, slow: number, quiet: boolean, lock: boolean}} Room `slow`: seconds between two messages of one member, 0 for none */
/** @typedef {{slug: string, title: string, rooms: Room[], more: number}} Group `more`: rooms that are not listed */

/** @type {import("./catalogue.js").Act[]} */
export const ROOM_ACTS = [{ ...ACTS.say, name: "Say something there" }, ACTS.slow, ACTS.quiet, ACTS.lock];

/** @param {Room} room @param {string} [language] */
export function stateLine({ here, slow, quiet, lock }, language) {
  const count = new Intl.NumberFormat(language).format(here);
  return [here ? `${count} here` : "nobody here", slow && `slow: one message each in ${paceOf(slow, language)}`, quiet && "only moderators write", lock && "closed to newcomers"].filter(Boolean).join(" · ");
}

/** @param {number} seconds @param {string} [language] */
function paceOf(seconds, language) {
  const isMinutes = seconds >= 60 && seconds % 60 === 0;
  return new Intl.NumberFormat(language, { style: "unit", unit: isMinutes ? "minute" : "second", unitDisplay: "long" }).format(isMinutes ? seconds / 60 : seconds);
}
