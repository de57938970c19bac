// What a page says in a room: in order, once, and not lost with the page.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Sending } from "../../static/js/sending.js";
import { Timeline } from "../../static/js/state/timeline.js";
import { entered, message } from "./page.mjs";

/** A tab's storage. */
class Storage extends Map {
  getItem(key) { return this.get(key) ?? null; }
  setItem(key, value) { this.set(key, value); }
  removeItem(key) { this.delete(key); }
}

/** A link that keeps what it was given. */
const wire = () => ({ entered: true, takes: true, frames: [], send(frame) { if (this.takes) this.frames.push(frame); return this.takes; } });

function page(link = wire()) {
  const timeline = new Timeline(), drawn = [];
  timeline.enter(entered([], "e.0-0"));
  return { link, timeline, drawn, sending: new Sending("room", link, timeline, (attempts) => drawn.push(attempts.map((a) => `${a.text} ${a.state}`))) };
}

const texts = (link) => link.frames.map((frame) => frame.text);

beforeEach(() => { globalThis.sessionStorage = new Storage(); });

test("words go one after the other, and each is drawn until the record shows it", () => {
  const { link, timeline, drawn, sending } = page();
  assert.ok(sending.say({ text: "one" }) && sending.say({ text: "two" }));
  assert.deepEqual(texts(link), ["one"]);
  timeline.take(message(1));
  sending.sent(link.frames[0].id, "e.1-0");
  assert.deepEqual(texts(link), ["one", "two"]);
  sending.sent(link.frames[1].id, "e.2-0");
  assert.deepEqual(drawn.at(-1), ["two sent"]);
  sending.outbox.shown("e.2-0");
  sending.flush();
  assert.deepEqual(drawn.at(-1), []);
});

test("what a dead link did not take goes again with its old id", () => {
  const { link, sending } = page();
  link.takes = false;
  sending.say({ text: "one" });
  link.takes = true;
  sending.flush();
  link.entered = false;
  sending.outbox.lost();
  sending.flush();
  link.entered = true;
  sending.flush();
  assert.deepEqual(texts(link), ["one", "one"]);
  assert.equal(link.frames[0].id, link.frames[1].id);
});

test("a refusal that waiting mends sends again by itself, and any other leaves it to the person", async () => {
  const { link, drawn, sending } = page();
  const again = new Promise((resolve) => { sending.draw = (attempts) => { if (link.frames.length === 2) resolve(attempts); }; });
  sending.say({ text: "one" });
  sending.notSent({ id: link.frames[0].id, code: "busy", message: "in a moment", retry_after: 0.01 });
  assert.equal(link.frames.length, 1);
  await again;
  sending.draw = (attempts) => drawn.push(attempts.map((a) => `${a.text} ${a.state}`));
  sending.notSent({ id: link.frames[0].id, code: "muted", message: "not now" });
  assert.deepEqual(drawn.at(-1), ["one not_sent"]);
  sending.retry(link.frames[0].id);
  assert.equal(link.frames.length, 3);
  sending.drop(link.frames[0].id);
  assert.deepEqual(drawn.at(-1), []);
});

test("a reload finds what was not confirmed, and the end of a room leaves nothing", () => {
  const before = page({ ...wire(), entered: false });
  before.sending.say({ text: "one" });
  const after = page();
  after.sending.flush();
  assert.deepEqual(texts(after.link), ["one"]);
  after.sending.end();
  assert.equal(sessionStorage.size, 0);
});

test("a full outbox takes nothing more, and says so", () => {
  const { sending } = page({ ...wire(), entered: false });
  let taken = 0;
  while (sending.say({ text: "again" })) taken++;
  assert.equal(sending.outbox.attempts.length, taken);
  assert.ok(taken >= 10);
});

test("writing is told once in a while, however many keys are pressed", () => {
  const { link, sending } = page();
  for (let key = 0; key < 50; key++) sending.typing();
  assert.deepEqual(link.frames, [{ do: "typing" }]);
});
