// The room's record as the page knows it.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Timeline } from "../../static/js/state/timeline.js";
import { chance, entered, fold, message, plain, reaction, record, removed, restored } from "./page.mjs";

test("the same record gives the same timeline, wherever the link was cut and however often events are repeated", () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = chance(seed), events = record(30, random), whole = new Timeline(), cut = new Timeline();
    whole.enter(entered(events, events.at(-1).pos));
    let at = Math.floor(random() * 10);
    cut.enter(entered(events.slice(0, at), at ? events[at - 1].pos : "e.0-0"));
    while (at < events.length) {
      const more = Math.min(events.length, at + 1 + Math.floor(random() * 5));
      if (random() < 0.5) cut.enter(entered(events.slice(at, more), events[more - 1].pos));
      else for (const event of events.slice(at, more)) assert.equal(typeof cut.take(event), "object");
      const repeated = events[Math.floor(random() * more)];
      assert.equal(cut.take(repeated), "known");
      at = more;
    }
    assert.deepEqual(plain(cut), plain(whole), `seed ${seed}`);
    assert.equal(cut.pos, whole.pos);
  }
});

test("a hole is seen and changes nothing", () => {
  const timeline = new Timeline();
  timeline.enter(entered([message(1)], "e.1-0"));
  const before = plain(timeline);
  assert.equal(timeline.take(message(3)), "hole");
  assert.deepEqual(plain(timeline), before);
  assert.equal(timeline.pos, "e.1-0");
});

test("an incomplete return forgets what was there", () => {
  const timeline = new Timeline();
  timeline.enter(entered([message(1)], "e.1-0"));
  assert.equal(timeline.enter(entered([message(9)], "e.9-0", false)).reset, true);
  assert.deepEqual([...timeline.items.keys()], ["e.9-0"]);
});

test("a return tells new messages from old ones that changed, each once", () => {
  const timeline = new Timeline();
  timeline.enter(entered([message(1)], "e.1-0"));
  const { reset, added, changed } = timeline.enter(entered([message(2), reaction(3, 1), reaction(4, 2), reaction(5, 1, { member: "y" })], "e.5-0"));
  assert.deepEqual([reset, added.map((i) => i.pos), changed.map((i) => i.pos)], [false, ["e.2-0"], ["e.1-0"]]);
});

test("a removed message keeps no word, no note and no reaction, and takes none", () => {
  const timeline = new Timeline();
  timeline.enter(entered([message(1, { note: "my note" }), reaction(2, 1), removed(3, 1)], "e.3-0"));
  timeline.take(reaction(4, 1));
  const [item] = plain(timeline);
  assert.deepEqual([item.text, item.note, item.reactions, item.goneBy], ["", undefined, [], "author"]);
});

test("a member's reaction counts once, and goes when it is taken off", () => {
  const timeline = new Timeline();
  timeline.enter(entered([message(1), reaction(2, 1), reaction(3, 1)], "e.3-0"));
  assert.equal(timeline.items.get("e.1-0").reactions.get("hug").size, 1);
  timeline.take(reaction(4, 1, { on: false }));
  assert.equal(timeline.items.get("e.1-0").reactions.size, 0);
});

test("the oldest are forgotten beyond the bound, and the record goes on", () => {
  const timeline = new Timeline();
  timeline.enter(entered([1, 2, 3, 4].map((n) => message(n)), "e.4-0"));
  assert.deepEqual(timeline.trim(3), ["e.1-0"]);
  assert.deepEqual(timeline.trim(3), []);
  assert.equal(timeline.take(message(5)).added.pos, "e.5-0");
  assert.deepEqual(timeline.answersTo("e.1-0"), []);
});

test("a fold after the fact is a change of its message, and nothing brings back one that was removed", () => {
  const timeline = new Timeline();
  timeline.enter(entered([message(1), message(2, { folded: { why: "contact", spans: [[0, 1]] } })], "e.2-0"));
  assert.deepEqual(timeline.take(fold(3, 1)).changed.folded, { why: "harassment", spans: [] });
  assert.equal(timeline.take(removed(4, 1)).changed.folded, undefined);
  assert.deepEqual(timeline.take(fold(5, 1)), {});
  assert.deepEqual(plain(timeline).map((i) => i.folded), [undefined, { why: "contact", spans: [[0, 1]] }]);
});

test("what was removed and restored stands in its old place, also for who never saw it", () => {
  const events = [message(1), message(2), message(3), removed(4, 2, "moderator"), restored(5, 2)];
  const live = new Timeline(), late = new Timeline();
  live.enter(entered([], "e.0-0"));
  for (const event of events) live.take(event);
  const kept = events.filter((event) => event.pos !== "e.2-0"); // its entry left the record
  assert.equal(late.enter(entered(kept, "e.5-0")).moved, true);
  assert.deepEqual([...late.items.values()].map((item) => item.text), ["t1", "t2", "t3"]);
  assert.deepEqual(plain(late), plain(live).map(({ goneBy, ...item }) => item));
  assert.equal(live.take(removed(6, 2, "moderator")).changed.text, "");
});

test("a restored message is unfolded, keeps its reactions, and tells the page when it moved", () => {
  const timeline = new Timeline();
  timeline.enter(entered([message(1), reaction(2, 1), fold(3, 1)], "e.3-0"));
  const { changed } = timeline.take(restored(4, 1));
  assert.equal(changed.folded, undefined);
  assert.equal(changed.reactions.get("hug").size, 1);
  timeline.enter(entered([message(6)], "e.6-0"));
  assert.deepEqual(timeline.take(restored(7, 5)), { moved: true });
});
