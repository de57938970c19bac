// What was written and is not in the record yet.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Outbox, say } from "../../static/js/state/outbox.js";
import { chance } from "./page.mjs";

const written = (...ids) => { const outbox = new Outbox(); for (const id of ids) outbox.write(id, { text: id }, 0); return outbox; };

test("words arrive once, in the order of writing, whatever is lost or refused on the way", () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = chance(seed), record = [], outbox = new Outbox(), all = [];
    let now = 0;
    for (let step = 0; step < 400 && (all.length < 12 || outbox.attempts.length); step++) {
      now += 1000;
      if (all.length < 12 && random() < 0.5) { const id = `a${all.length}`; all.push(id); outbox.write(id, { text: id }, now); }
      const attempt = outbox.next(now);
      if (!attempt) continue;
      const fate = random(); // refused at most four times, for then the person is asked, who may choose another order
      if (fate < 0.2 && (attempt.tries ?? 0) < 4) { outbox.notSent({ id: attempt.id, code: "too_fast", message: "a little fast", retry_after: 2 }, now); continue; }
      if (fate >= 0.3 && !record.includes(attempt.id)) record.push(attempt.id); // below 0.3 the link is lost before it arrives
      if (fate < 0.5) { outbox.lost(); continue; }                              // and below 0.5 before the answer
      const pos = `e.${record.indexOf(attempt.id)}-0`, isFirst = random() < 0.5;
      if (isFirst) outbox.shown(pos);
      outbox.sent(attempt.id, pos, () => isFirst);
      outbox.shown(pos);
    }
    assert.deepEqual(record, all, `seed ${seed}`);
    assert.deepEqual(outbox.attempts, []);
  }
});

test("any order of sent and message gives one result", () => {
  for (const order of ["sent first", "message first"]) {
    const outbox = written("a"), shown = new Set();
    outbox.next(0);
    const sent = () => outbox.sent("a", "e.1-0", (pos) => shown.has(pos));
    const come = () => { shown.add("e.1-0"); outbox.shown("e.1-0"); };
    if (order === "sent first") { sent(); come(); } else { come(); sent(); }
    assert.deepEqual([outbox.attempts, outbox.next(0)], [[], null], order);
  }
});

test("one attempt is under way at a time, and goes again with its id when the link was lost", () => {
  const outbox = written("a", "b");
  assert.equal(outbox.next(0).id, "a");
  assert.equal(outbox.next(0), null);
  outbox.lost();
  assert.equal(outbox.next(0).id, "a");
  outbox.sent("a", "e.1-0", () => true);
  assert.equal(outbox.next(0).id, "b");
});

test("what waiting mends goes by itself after its time; what it does not mend asks the person and holds nobody up", () => {
  const outbox = written("a", "b");
  outbox.next(0);
  outbox.notSent({ id: "a", code: "unavailable", message: "away", retry_after: 3 }, 0);
  assert.equal(outbox.next(2999), null);
  assert.equal(outbox.next(3000).id, "a");
  outbox.notSent({ id: "a", code: "too_long", message: "too long for one message" }, 3000);
  assert.equal(outbox.attempts[0].state, "not_sent");
  assert.equal(outbox.next(3000).id, "b");
});

test("the person is asked when the same words were refused again and again", () => {
  const outbox = written("a");
  let now = 0, tries = 0;
  for (; outbox.next(now); tries++, now += 10_000) outbox.notSent({ id: "a", code: "busy", message: "busy" }, now);
  assert.deepEqual([tries, outbox.attempts[0].state], [6, "not_sent"]);
  outbox.retry("a");
  assert.equal(outbox.next(now).id, "a");
});

test("a reload keeps ids and refusals; words from long ago wait for the person", () => {
  const outbox = written("a", "b");
  outbox.next(0);
  outbox.notSent({ id: "a", code: "muted", message: "for ten minutes" }, 0);
  const stored = JSON.parse(JSON.stringify(outbox.kept()));
  assert.deepEqual(new Outbox(stored, 60_000).attempts.map((a) => [a.id, a.state]), [["a", "not_sent"], ["b", "sending"]]);
  assert.equal(new Outbox(stored, 3_600_000).next(3_600_000), null);
});

test("nothing goes under a new name by itself", () => {
  const outbox = written("a");
  outbox.park("Written under your earlier name.");
  assert.equal(outbox.next(0), null);
});

test("held words wait for their moderator; their end is asked for, with the old id, only after it may have been missed", () => {
  const outbox = written("a", "b");
  outbox.next(0);
  outbox.held({ id: "a", why: "somebody looks first" });
  assert.equal(outbox.next(0).id, "b");
  outbox.sent("b", "e.1-0", () => true);
  assert.equal(outbox.next(0), null);
  outbox.lost();
  assert.deepEqual([outbox.next(0).id, outbox.next(0), outbox.attempts[0].state], ["a", null, "held"]);
  outbox.notSent({ id: "a", code: "unavailable", message: "away", retry_after: 1 }, 0);
  assert.deepEqual([outbox.attempts[0].state, outbox.next(1000).id], ["held", "a"]);
  outbox.sent("a", "e.2-0", () => true);
  assert.deepEqual(outbox.attempts, []);
});

test("held words survive a reload for half a day, and never go under another name", () => {
  const outbox = written("a");
  outbox.next(0);
  outbox.held({ id: "a", why: "somebody looks first" });
  const stored = JSON.parse(JSON.stringify(outbox.kept())), hour = 3_600_000;
  const [soon, late] = [new Outbox(stored, 11 * hour), new Outbox(stored, 13 * hour)];
  assert.deepEqual([soon.attempts[0].state, soon.next(11 * hour).id], ["held", "a"]);
  assert.deepEqual([late.attempts[0].state, late.next(13 * hour)], ["not_sent", null]);
  const renamed = new Outbox(stored, hour);
  renamed.park("Written under your earlier name.");
  assert.deepEqual([renamed.attempts[0].state, renamed.next(hour)], ["not_sent", null]);
});

test("returned words are kept with what was said of them until their author takes them back, whole", () => {
  const outbox = new Outbox(), because = { label: "contact", what: "A number came back.", why: "Anybody can read here.", instead: "Stay in the room." };
  outbox.write("a", { text: "call me", reply_to: "e.1-0", note: "phones" }, 0);
  outbox.next(0);
  outbox.notSent({ id: "a", code: "returned", message: "A number came back.", because }, 0);
  const again = new Outbox(JSON.parse(JSON.stringify(outbox.kept())), 99 * 3_600_000);
  assert.equal(again.next(99 * 3_600_000), null);
  const { text, reply_to, note, because: told } = again.giveBack("a");
  assert.deepEqual([text, reply_to, note, told], ["call me", "e.1-0", "phones", because]);
  assert.deepEqual([again.attempts, again.giveBack("a")], [[], undefined]);
});

test("only returned words are given back", () => {
  const outbox = written("a");
  assert.equal(outbox.giveBack("a"), undefined);
  assert.equal(outbox.attempts.length, 1);
});

test("the outbox is bounded", () => {
  const outbox = written(...Array.from({ length: 49 }, (_, n) => `a${n}`));
  assert.equal(outbox.isFull(), false);
  outbox.write("last", { text: "x" }, 0);
  assert.equal(outbox.isFull(), true);
});

test("a say frame holds what the protocol knows, and nothing else", () => {
  const outbox = new Outbox();
  outbox.write("a", { text: "one", reply_to: undefined, note: undefined }, 5);
  outbox.write("b", { text: "two", reply_to: "e.1-0", note: "sleep" }, 5);
  assert.deepEqual(outbox.attempts.map(say), [{ do: "say", id: "a", text: "one" }, { do: "say", id: "b", text: "two", reply_to: "e.1-0", note: "sleep" }]);
});
