// @ts-check
// What the figures are called. Knows no DOM. `few`: 1 to 4 (of people: 0 to 4); null: not told, for too few people are there.

/** @typedef {number|"few"|null} Count */
/** @typedef {{id: string, title?: string, members: Count, messages: Count, flags: Count, oldest_min: number|null, held: Count, slow: Count, hour: (number|null)[],
 *   staff?: "here"|"missing"|"later", danger_min?: number|null, rooms?: Row[], left_off?: number}} Row */
/** @typedef {{node: string, answers: boolean, version: string, sockets: Count, loop_lag_s: number, memory_bytes: number, round_trip_s: number,
 *   redis_ready: boolean, draining: boolean, started_s: number, lag: (number|null)[]}} Node */
/** @typedef {{words: string, isBad?: boolean, isNone?: boolean}} Cell */

export const NOT_TOLD = "not told";
export const ROOM_COLUMNS = ["Group or room", "Members", "Messages a minute", "Messages, last hour", "Flags waiting", "Moderators", "Held messages", "Slow closes"];
export const NODE_COLUMNS = ["Node", "State", "Sockets", "Loop lag", "Loop lag, last hour", "Memory", "Redis round trip", "Version", "Up for"];

/** @param {Count} count @returns {Cell} */
export function countCell(count) {
  if (count === null) return { words: NOT_TOLD, isNone: true };
  return count === 0 ? { words: "none", isNone: true } : { words: count === "few" ? "fewer than 5" : `${count}` };
}

/** @param {number} minutes */
export function spanWords(minutes) {
  if (minutes < 1) return "under 1 min";
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} days`;
}

/** @param {Row} row @returns {Cell} */
export function flagsCell({ flags, oldest_min, danger_min }) {
  const cell = countCell(flags);
  if (oldest_min === null) return cell;
  return { words: `${cell.words}, oldest ${spanWords(oldest_min)}`, isBad: (danger_min ?? 0) >= 1 };
}

/** @param {Row["staff"]} staff @returns {Cell} */
export function staffCell(staff) {
  if (staff === "here") return { words: "present" };
  if (staff === "missing") return { words: "nobody", isBad: true };
  return { words: staff === "later" ? "not now, by the timetable" : "as the group", isNone: true };
}

/** @param {Row} row @returns {Cell[]} as ROOM_COLUMNS, without the name and the hour */
export const roomCells = (row) => [countCell(row.members), countCell(row.messages), flagsCell(row), staffCell(row.staff), countCell(row.held), countCell(row.slow)];

/** What a line of messages says to whoever does not see it. @param {(number|null)[]} hour */
export function messagesLine(hour) {
  const known = hour.filter((each) => each !== null), untold = hour.length - known.length;
  if (!known.length) return "nothing to tell yet";
  const most = Math.max(...known), last = hour[hour.length - 1] ?? null;
  const now = last === null ? "not told now" : `${last || "fewer than 5"} in the last full minute`;
  return `At most ${most || "fewer than 5"} messages a minute, ${now}${untold ? `; ${untold} of ${hour.length} minutes not told` : ""}`;
}

/** @param {(number|null)[]} lag seconds */
export function lagLine(lag) {
  const known = lag.filter((each) => each !== null);
  return known.length ? `At worst ${msWords(Math.max(...known))} in ${known.length} minutes` : "not known yet";
}

/** @param {number} seconds */
export const msWords = (seconds) => seconds < .01 ? `${(seconds * 1000).toFixed(1)} ms` : seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;

/** @param {Node} node @param {number} at_ms @returns {Cell[]} as NODE_COLUMNS, without the name and the hour */
export function nodeCells(node, at_ms) {
  if (!node.answers) return [{ words: "does not answer", isBad: true }, ...Array.from({ length: 6 }, () => ({ words: "not known", isNone: true }))];
  const state = !node.redis_ready ? { words: "without Redis", isBad: true } : { words: node.draining ? "ending" : "serving" };
  const trip = node.round_trip_s ? { words: msWords(node.round_trip_s) } : { words: "not known yet", isNone: true };
  return [state, countCell(node.sockets), { words: msWords(node.loop_lag_s), isBad: node.loop_lag_s > .5 }, { words: `${Math.round(node.memory_bytes / 1e6)} MB` }, trip,
    { words: node.version }, { words: spanWords(Math.floor((at_ms / 1000 - node.started_s) / 60)) }];
}

/** Groups in the order to read them: where danger waits, where anything waits, then by name. @param {Row[]} groups */
export function inOrder(groups) {
  const rank = (/** @type {Row} */ { danger_min, oldest_min }) => -((danger_min ?? -1) + 1) * 1e6 - ((oldest_min ?? -1) + 1);
  return [...groups].sort((one, other) => rank(one) - rank(other) || (one.title ?? "").localeCompare(other.title ?? ""));
}
