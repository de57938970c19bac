// Words for an emergency: true where the member is, honest about what nobody has tried. Services and numbers are invented.
import assert from "node:assert/strict";
import { test } from "node:test";

import { joined, NOW, passOn } from "../../static/js/desk/state/wording.js";

const line = { service: "Night Line", dial: "555 01 23", text: "", url: "", hours: "20:00 to 06:00", languages: "", is_confirmed: true, checked: null };

test("a line says where, who, how and when", () => {
  assert.equal(passOn("Arland", line), "In Arland there is also Night Line: call 555 01 23 (20:00 to 06:00).");
  assert.equal(passOn("Arland", { ...line, dial: "", text: "text HELLO to 555", hours: "" }), "In Arland there is also Night Line: text HELLO to 555.");
  assert.equal(passOn("Arland", { ...line, dial: "", hours: "" }), "In Arland there is also Night Line.");
});

test("what nobody here has called says so to the member too", () => {
  assert.match(passOn("Arland", { ...line, is_confirmed: false }), /We have not called there ourselves\.$/);
});

test("the first words name no number that may be wrong where somebody is", () => { assert.doesNotMatch(NOW, /\d/); });

test("what is written already stays, and comes first", () => {
  assert.equal(joined("I read you. ", "words"), "I read you.\n\nwords");
  assert.equal(joined("  ", "words"), "words");
});
