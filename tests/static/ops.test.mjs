// The operators' page's words and lines.
import assert from "node:assert/strict";
import { test } from "node:test";

import { stretches } from "../../static/js/ops/state/spark.js";
import { countCell, flagsCell, inOrder, lagLine, messagesLine, msWords, nodeCells, NODE_COLUMNS, ROOM_COLUMNS, roomCells, spanWords } from "../../static/js/ops/state/words.js";

const row = (more = {}) => ({ id: "g", title: "Porch", members: 10, messages: 5, flags: 0, oldest_min: null, danger_min: null, held: 0, slow: null, hour: [], staff: "here", ...more });
const node = (more = {}) => ({ node: "0", answers: true, version: "1", sockets: "few", loop_lag_s: .02, memory_bytes: 124e6, round_trip_s: .0004, redis_ready: true, draining: false, started_s: 0, lag: [], ...more });

test("a number that is not told, none, few and rounded are four things", () => {
  assert.deepEqual([null, 0, "few", 15].map((count) => countCell(count).words), ["not told", "none", "fewer than 5", "15"]);
});

test("a row has a cell for each column but the name and the hour", () => {
  assert.equal(roomCells(row()).length, ROOM_COLUMNS.length - 2);
  for (const one of [node(), node({ answers: false })]) assert.equal(nodeCells(one, 0).length, NODE_COLUMNS.length - 2);
});

test("flags say how long the oldest has waited, and stand out once danger has waited a minute", () => {
  assert.deepEqual(flagsCell(row({ flags: "few", oldest_min: 3, danger_min: 0 })), { words: "fewer than 5, oldest 3 min", isBad: false });
  assert.equal(flagsCell(row({ flags: "few", oldest_min: 3, danger_min: 1 })).isBad, true);
  assert.deepEqual([0, 119, 120, 2880].map(spanWords), ["under 1 min", "119 min", "2 h", "2 days"]);
});

test("a node says what it lacks", () => {
  const state = (more) => nodeCells(node(more), 0)[0].words;
  assert.deepEqual([{}, { draining: true }, { redis_ready: false }, { answers: false }].map(state), ["serving", "ending", "without Redis", "does not answer"]);
  assert.deepEqual([.0004, .02, 1.25].map(msWords), ["0.4 ms", "20 ms", "1.3 s"]);
});

test("where danger waits comes first, then what waits longest, then names", () => {
  const groups = [row({ title: "B" }), row({ title: "A" }), row({ title: "C", oldest_min: 9 }), row({ title: "D", oldest_min: 2, danger_min: 2 }), row({ title: "E", oldest_min: 0 })];
  assert.deepEqual(inOrder(groups).map(({ title }) => title), ["D", "C", "E", "A", "B"]);
});

test("a line is told in words to whoever does not see it", () => {
  assert.equal(messagesLine([null, null]), "nothing to tell yet");
  assert.equal(messagesLine([null, 25, 0]), "At most 25 messages a minute, fewer than 5 in the last full minute; 1 of 3 minutes not told");
  assert.equal(messagesLine([10, null]), "At most 10 messages a minute, not told now; 1 of 2 minutes not told");
  assert.equal(lagLine([null, .02, .3]), "At worst 300 ms in 2 minutes");
});

test("a line is broken where nothing is known, and as high as its highest", () => {
  assert.deepEqual(stretches([0, 20, null, 10], 30, 10, 5), ["0,10 10,0", "30,5 30,5"]);
  assert.deepEqual(stretches([null, null], 30, 10, 5), []);
  assert.deepEqual(stretches([1], 30, 10, 10), ["0,9 0,9"], "a small stir is no mountain");
});
