// Letters: what one person is told until it is put away. All words are invented.
import assert from "node:assert/strict";
import { test } from "node:test";

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
