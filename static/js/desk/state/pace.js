// @ts-check
// How fast a room is written in, in one line. Knows no DOM.

/** @typedef {{per_minute: number, over_ms: number}} Pace */

/** @param {Pace} pace @param {string} [language] */
export function paceLine({ per_minute, over_ms }, language) {
  const minutes = Math.round(over_ms / 60_000), within = minutes > 1 ? `in the last ${minutes} minutes` : "in the last minute";
  if (per_minute === 0) return `The room is still: no message ${within}.`;
  if (per_minute < 1) return `The room is slow: less than one message a minute ${within}.`;
  const count = Math.round(per_minute);
  return `The room: about ${new Intl.NumberFormat(language).format(count)} ${count === 1 ? "message" : "messages"} a minute ${within}.`;
}
