// The smaller parts of the page's state: coming back, unread, typing, days, quotes, the sum of joining.
import assert from "node:assert/strict";
import { pbkdf2Sync } from "node:crypto";
import { test } from "node:test";

import { solve } from "../../static/js/net/proof-worker.js";
import { dayName, dayOf } from "../../static/js/state/days.js";
import { afterClose } from "../../static/js/state/reconnect.js";
import { staffLine } from "../../static/js/state/staff.js";
import { Typing, TYPING_MS, typingLine } from "../../static/js/state/typing.js";
import { Unread } from "../../static/js/state/unread.js";
import { aloud, quoteOf } from "../../static/js/state/words.js";
import { chance } from "./page.mjs";

test("each close code has its consequence", () => {
  assert.equal(afterClose(1000, 0, 0.5).kind, "over");
  assert.equal(afterClose(4501, 0, 0.5).kind, "join");
  for (const code of [1002, 1003, 1007, 1009, 4500, 4502]) assert.equal(afterClose(code, 0, 0.5).kind, "ask");
  for (const code of [1001, 1006, 1012, 4000, 4001, 4002, 4003]) assert.equal(afterClose(code, 0, 0.5).kind, "again");
  assert.deepEqual(afterClose(1012, 0, 0.5, 4200), { kind: "again", in_ms: 4200 });
});

test("pauses grow, are spread, and end; slow and resume come back at once", () => {
  const random = chance(7);
  for (let tries = 0; tries < 60; tries++) {
    const { in_ms } = afterClose(1006, tries, random());
    assert.ok(in_ms >= 250 && in_ms <= 20_000, `${tries}: ${in_ms}`);
  }
  assert.ok(afterClose(1006, 3, 0).in_ms > afterClose(1006, 0, 1).in_ms);
  assert.ok(afterClose(1006, 3, 0).in_ms < afterClose(1006, 3, 1).in_ms);
  for (const code of [4000, 4001]) assert.ok(afterClose(code, 0, 1).in_ms <= 300);
});

test("the mark stands before the first message that was missed, and the count begins anew when all is read", () => {
  const unread = new Unread();
  assert.equal(unread.came("1", true), false);
  assert.deepEqual([unread.came("2", false), unread.came("3", false)], [true, false]);
  assert.deepEqual([unread.count, unread.mark], [2, "2"]);
  unread.read();
  assert.deepEqual([unread.count, unread.mark], [0, "2"]);
  assert.equal(unread.came("4", false), true);
});

test("a sign of typing ends by itself after its time, or when the words come", () => {
  const typing = new Typing();
  typing.came({ member: "a", handle: "Quiet Heron" }, 0);
  typing.came({ member: "b", handle: "Mild Fern" }, 1000);
  assert.deepEqual(typing.names(TYPING_MS - 1), ["Quiet Heron", "Mild Fern"]);
  assert.deepEqual(typing.names(TYPING_MS), ["Mild Fern"]);
  typing.stopped("b");
  assert.deepEqual(typing.names(TYPING_MS), []);
});

test("the line about typing names one or two, and no crowd", () => {
  assert.deepEqual([[], ["A"], ["A", "B"], ["A", "B", "C"]].map(typingLine), ["", "A is writing…", "A and B are writing…", "Several people are writing…"]);
});

test("days are the reader's own", () => {
  const late = Date.UTC(2026, 4, 1, 23, 30);
  assert.notEqual(dayOf(late, "UTC"), dayOf(late, "Europe/Madrid"));
  assert.equal(dayName(late, late, "en", "UTC"), "Today");
  assert.equal(dayName(late - 86_400_000, late, "en", "UTC"), "Yesterday");
  assert.equal(dayName(late - 3 * 86_400_000, late, "en", "UTC"), "Tuesday, April 28");
});

const FOLDED = { folded: { why: "harassment", spans: [] } };

test("neither a quote nor a screen reader tells on what is folded, noted or taken back", () => {
  const item = { kind: "message", handle: "Quiet Heron", text: "secret words", reactions: new Map() };
  assert.equal(quoteOf(item), "Quiet Heron: secret words");
  for (const closed of [{ note: "sleep" }, FOLDED, { goneBy: "author" }, { goneBy: "moderator" }]) assert.doesNotMatch(quoteOf({ ...item, ...closed }), /secret/);
  for (const closed of [{ note: "sleep" }, FOLDED]) assert.doesNotMatch(aloud({ ...item, ...closed }), /secret/);
  assert.equal(quoteOf(undefined), "An earlier message");
});

test("the sum of joining finds the smallest counter whose key begins as asked", async () => {
  const [nonce, salt, cost, keyLength] = ["00ff10a0", "0badcafe", 3, 16];
  const key = (counter) => {
    const password = Buffer.concat([Buffer.from(nonce, "hex"), Buffer.alloc(4)]);
    password.writeUInt32BE(counter, 4);
    return pbkdf2Sync(password, Buffer.from(salt, "hex"), cost, keyLength, "sha256").toString("hex");
  };
  const found = await solve({ nonce, salt, cost, keyLength, keyPrefix: "7" });
  assert.equal(found.derivedKey, key(found.counter));
  for (let counter = 0; counter < found.counter; counter++) assert.notEqual(key(counter)[0], "7");
});

test("a room says whether a moderator is here, and when not, from when on, by the reader's clock", () => {
  const noon = Date.UTC(2026, 0, 14, 12), line = (/** @type {any} */ staff) => staffLine(staff, noon, "en-GB", "UTC");
  assert.equal(line({ here: true, next: null, read_only: false }), "A moderator is here.");
  assert.equal(line({ here: false, next: null, read_only: false }), "No moderator is here just now.");
  assert.equal(line({ here: false, next: noon + 6 * 3_600_000, read_only: false }), "No moderator until 18:00.");
  assert.equal(line({ here: false, next: noon + 30 * 3_600_000, read_only: false }), "No moderator until Thursday, 18:00.");
  assert.match(line({ here: false, next: null, read_only: true }), /just now\. Meanwhile this room is for reading; you can still ask/);
});
