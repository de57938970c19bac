// Letters: what one person is told until it is put away. All words are invented.
import assert from "node:assert/strict";
import { test } from "node:test";

import { barLine, calmAfter, calmLine, endsSanction, outLine, stands } from "../../static/js/state/standing.js";
import { Letters, told } from "../../static/js/state/letters.js";

const word = (letter, text = "words") => ({ ev: "word", letter, at: 1, text });

test("letters are shown oldest first, whatever the order in which they come, and each once", () => {
  const letters = new Letters();
  for (const id of ["1000-0", "999-0", "999-10", "999-9"]) assert.equal(letters.came(word(id)), true);
  assert.equal(letters.came(word("999-9", "again")), false);
  const shown = [];
  while (letters.first) { shown.push(letters.first.letter); letters.gone(letters.first.letter); }
  assert.deepEqual(shown, ["999-0", "999-9", "999-10", "1000-0"]);
});

test("a letter that was put away elsewhere is gone, and an unknown one changes nothing", () => {
  const letters = new Letters();
  letters.came(word("1-0"));
  assert.equal(letters.gone("2-0"), false);
  assert.equal(letters.gone("1-0"), true);
  assert.equal(letters.first, null);
});

test("a moderator's word is told as it is, and says who writes and who sees it", () => {
  const { title, words } = told(word("1-0", "how are you"));
  assert.equal(words, "how are you");
  assert.match(title, /moderator.*Only you see this/);
});

test("what became of held words says which, and gives the moderator's reason", () => {
  assert.match(told({ ev: "outcome", letter: "1-0", at: 1, of: "held", sent: true }).words, /in the room now/);
  assert.equal(told({ ev: "outcome", letter: "1-0", at: 1, of: "held", sent: false, why: "so and so" }).words, "so and so");
});

test("a sanction says what, why, until when, what is still possible, and its receipt", () => {
  const mute = { ev: "sanction", letter: "1-0", at: 1, kind: "mute", until: Date.UTC(2026, 10, 26, 12), why: "so and so", receipt: "1-AAAA-BBBB-CCCC", appeal: "Ask again." };
  const { title, words, more } = told(mute);
  assert.match(title, /cannot write/);
  assert.equal(words, "so and so");
  for (const part of [/Until .*2026/, /report/, /Ask again\./, /1-AAAA-BBBB-CCCC/]) assert.match(more, part);
  assert.doesNotMatch(told({ ...mute, kind: "remove", until: null }).more, /Until|report/);
  for (const kind of ["something new", "constructor"]) assert.match(told({ ...mute, kind }).title, /From the moderators/);
});

test("a bar stands until its end, and one without an end stands", () => {
  const bar = { kind: "mute", until: 1000, why: "so and so", receipt: "r" };
  assert.deepEqual([null, bar, bar, { ...bar, until: null }].map((each, n) => stands(each, n === 2 ? 1000 : 999)), [false, true, false, true]);
  assert.match(barLine(bar), /until .*so and so/);
});

test("the calm of a room follows its notices, and says in one line what it means", () => {
  const slow = calmAfter({ slow: 0, quiet: false, lock: false }, { ev: "notice", kind: "slow", seconds: 30, text: "t" });
  assert.deepEqual(slow, { slow: 30, quiet: false, lock: false });
  assert.match(calmLine(slow), /30 seconds/);
  assert.match(calmLine({ ...slow, quiet: true }), /Only moderators/);
  assert.equal(calmLine(calmAfter(slow, { kind: "slow", seconds: 0 })), "");
  assert.deepEqual(calmAfter(slow, { ev: "notice", text: "hello" }), slow);
});

test("who is out of a group reads why and until when", () => {
  assert.match(outLine({ kind: "exclude", until: Date.UTC(2026, 10, 26, 12), why: "so and so", receipt: "r" }), /until .*2026.* Why: so and so/);
});

test("what became of an appeal is told with its reason, and only a granted one ends the sanction", () => {
  const outcome = { ev: "outcome", letter: "1-0", at: 1, of: "appeal", why: "so and so", receipt: "r" };
  for (const upheld of [true, false]) {
    const { title, words, more } = told({ ...outcome, upheld });
    assert.match(title, /looked at it again/);
    assert.equal(words, "so and so");
    assert.match(more, upheld ? /stands/ : /over/);
    assert.equal(endsSanction({ ...outcome, upheld }), !upheld);
  }
  assert.equal(endsSanction({ of: "undone" }), true);
  assert.equal(endsSanction({ of: "restored" }), false);
});
