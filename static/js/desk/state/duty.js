// @ts-check
// Who is on duty, in a line. Knows no DOM.

/** @typedef {{on: boolean, people: {name: string, is_you: boolean}[]}} DutyTold */

const NAMED = 3; // names in the line; more would push the queue down

/** @param {DutyTold} told @param {string} [language] */
export function othersOn({ on, people }, language = "en") {
  const others = people.filter((each) => !each.is_you).map((each) => each.name), also = on ? " too" : "";
  if (!others.length) return on ? "Nobody else is on duty." : "Nobody is on duty.";
  const named = others.length > NAMED ? [...others.slice(0, NAMED), `${others.length - NAMED} more`] : others;
  return `${new Intl.ListFormat(language, { type: "conjunction" }).format(named)} ${others.length > 1 ? "are" : "is"} on duty${also}.`;
}
