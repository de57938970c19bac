// @ts-check
// What to do when the socket has closed: docs/protocol.md's table of close codes. Chance is an argument. Knows no socket.

const FIRST_MS = 500, LONGEST_MS = 20_000;

/** @typedef {{kind: "again", in_ms: number} | {kind: "join"} | {kind: "over"} | {kind: "ask"}} Step */

/** @param {number} code @param {number} tries how often in a row it failed @param {number} chance 0 to 1
 *  @param {number|null} goaway_ms what a leaving node asked for @returns {Step} */
export function afterClose(code, tries, chance, goaway_ms = null) {
  if (code === 1000) return { kind: "over" };
  if (code === 4501 || code === 4503) return { kind: "join" };
  if (code === 4500 || code === 4502 || code === 1003 || code === 1002 || code === 1007 || code === 1009) return { kind: "ask" };
  if (goaway_ms !== null) return { kind: "again", in_ms: goaway_ms };
  if ((code === 4000 || code === 4001) && tries === 0) return { kind: "again", in_ms: Math.round(chance * 300) };
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries, 10));
  return { kind: "again", in_ms: Math.round(longest * (0.5 + chance / 2)) };
}
