// @ts-check
// How much somebody has seen, roughly, in words. Knows no DOM.

/** @typedef {{seen: string, heavy: string}} Span coarse counts: "0", "1-2", "3-5", "6-10" or "more" */
/** @typedef {{today: Span, three_days: Span}} Load */

/** @param {string} count */
const of = (count) => count === "more" ? "more than 10" : count === "0" ? "none" : count.replace("-", " to ");

/** @param {Span} span */
const spanWords = ({ seen, heavy }) => seen === "0" ? "no case" : `${of(seen)} cases, ${of(heavy)} of them heavy`;

/** @param {Load} load */
export function loadLine({ today, three_days }) { return `${spanWords(today)} in the last 24 hours; ${spanWords(three_days)} in three days.`; }
