// What the tests of the page's state share: events as the server sends them, and chance that repeats.

export const message = (n, more = {}) => ({ ev: "message", pos: `e.${n}-0`, prev: `e.${n - 1}-0`, at: n, member: "m", handle: "Quiet Heron", text: `t${n}`, ...more });
export const reaction = (n, target, more = {}) => ({ ev: "reaction", pos: `e.${n}-0`, prev: `e.${n - 1}-0`, at: n, target: `e.${target}-0`, member: "x", kind: "hug", on: true, ...more });
export const removed = (n, target, by = "author") => ({ ev: "removed", pos: `e.${n}-0`, prev: `e.${n - 1}-0`, at: n, target: `e.${target}-0`, by });
export const fold = (n, target, why = "harassment") => ({ ev: "folded", pos: `e.${n}-0`, prev: `e.${n - 1}-0`, at: n, target: `e.${target}-0`, why });
export const restored = (n, target, more = {}) => { const { prev, ...old } = message(target, more); return { ev: "restored", pos: `e.${n}-0`, prev: `e.${n - 1}-0`, at: n, target: old.pos, message: old }; };
export const entered = (events, pos, complete = true) => ({ ev: "entered", events, pos, complete });

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function chance(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A room's record of `length` events: words, reactions, removals, folds, restorings. */
export function record(length, random) {
  const events = [];
  for (let n = 1; n <= length; n++) {
    const target = 1 + Math.floor(random() * (n - 1)), what = n === 1 ? 0 : random();
    const gone = events.filter((e) => e.ev === "removed" || e.ev === "folded");
    if (what > 0.97 && gone.length) { events.push(restored(n, Number(gone[Math.floor(random() * gone.length)].target.slice(2, -2)))); continue; }
    events.push(what < 0.6 ? message(n) : what < 0.9 ? reaction(n, target, { on: random() < 0.7, member: `x${Math.floor(random() * 3)}` }) : what < 0.95 ? fold(n, target) : removed(n, target));
  }
  return events;
}

/** A timeline as plain values, to compare. */
export const plain = (timeline) => [...timeline.items.values()].map((item) => ({ ...item, reactions: [...item.reactions].map(([kind, who]) => [kind, [...who].sort()]) }));
