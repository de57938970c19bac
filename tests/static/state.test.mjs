// The state of the page, without a page.
import assert from "node:assert/strict";
import { test } from "node:test";

import { dayName, dayOf } from "../../static/js/state/days.js";
import { Outbox, say } from "../../static/js/state/outbox.js";
import { afterClose } from "../../static/js/state/reconnect.js";
import { Timeline } from "../../static/js/state/timeline.js";

const message = (n, member = "m") => ({ ev: "message", pos: `e.${n}-0`, prev: `e.${n - 1}-0`, at: n, member, handle: "Quiet Heron", text: `t${n}` });
const entered = (events, pos, complete = true) => ({ ev: "entered", events, pos, complete });

test("applying the same events twice changes nothing", () => {
  const timeline = new Timeline();
  timeline.enter(entered([message(1), message(2)], "e.2-0"));
  assert.equal(timeline.take(message(2)), "known");
  timeline.enter(entered([message(2)], "e.2-0"));
  assert.deepEqual([...timeline.items.keys()], ["e.1-0", "e.2-0"]);
});

test("a hole is seen, and an incomplete return begins anew", () => {
  const timeline = new Timeline();
  timeline.enter(entered([message(1)], "e.1-0"));
  assert.equal(timeline.take(message(3)), "hole");
  assert.equal(timeline.enter(entered([message(9)], "e.9-0", false)).reset, true);
  assert.deepEqual([...timeline.items.keys()], ["e.9-0"]);
});

test("a removed message loses its words, a reaction counts each member once", () => {
  const timeline = new Timeline();
  timeline.enter(entered([message(1)], "e.1-0"));
  const react = (n, on) => ({ ev: "reaction", pos: `e.${n}-0`, prev: `e.${n - 1}-0`, target: "e.1-0", member: "x", kind: "hug", on });
  timeline.take(react(2, true));
  timeline.take(react(3, true));
  assert.equal(timeline.items.get("e.1-0").reactions.get("hug").size, 1);
  timeline.take(react(4, false));
  assert.equal(timeline.items.get("e.1-0").reactions.size, 0);
  timeline.take({ ev: "removed", pos: "e.5-0", prev: "e.4-0", target: "e.1-0", by: "author" });
  assert.equal(timeline.items.get("e.1-0").text, "");
});

test("any order of sent and message gives one result", () => {
  for (const order of ["sent first", "message first"]) {
    const outbox = new Outbox(), shown = new Set();
    outbox.write("a", "hello");
    const sent = () => outbox.sent("a", "e.1-0", (pos) => shown.has(pos));
    const come = () => { shown.add("e.1-0"); outbox.shown("e.1-0"); };
    if (order === "sent first") { sent(); come(); } else { come(); sent(); }
    assert.deepEqual(outbox.attempts, [], order);
  }
});

test("an attempt keeps its id until it is confirmed, in the order of writing", () => {
  const outbox = new Outbox();
  outbox.write("a", "one");
  outbox.write("b", "two", "e.1-0");
  outbox.notSent("a", "too fast");
  assert.deepEqual(outbox.unanswered().map((a) => a.id), ["b"]);
  outbox.retry("a");
  assert.deepEqual(new Outbox(JSON.parse(JSON.stringify(outbox.attempts))).unanswered().map(say), [
    { do: "say", id: "a", text: "one" }, { do: "say", id: "b", text: "two", reply_to: "e.1-0" }]);
});

test("each close code has its consequence", () => {
  assert.equal(afterClose(1000, 0, 0.5).kind, "over");
  assert.equal(afterClose(4501, 0, 0.5).kind, "join");
  for (const code of [1002, 1003, 1007, 1009, 4500, 4502]) assert.equal(afterClose(code, 0, 0.5).kind, "ask");
  assert.deepEqual(afterClose(1012, 0, 0.5, 4200), { kind: "again", in_ms: 4200 });
  assert.ok(afterClose(4000, 0, 1).in_ms <= 300);
  assert.ok(afterClose(1006, 50, 1).in_ms <= 20_000);
  assert.ok(afterClose(1006, 3, 0).in_ms < afterClose(1006, 3, 1).in_ms);
});

test("days are the reader's own", () => {
  const late = Date.UTC(2026, 4, 1, 23, 30);
  assert.notEqual(dayOf(late, "UTC"), dayOf(late, "Europe/Madrid"));
  assert.equal(dayName(late, late, "en", "UTC"), "Today");
  assert.equal(dayName(late - 86_400_000, late, "en", "UTC"), "Yesterday");
});
