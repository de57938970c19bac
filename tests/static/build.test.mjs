// Whether a page is an old one.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Build, DESK_PROTOCOL, isApart, ROOM_PROTOCOL } from "../../static/js/state/build.js";

test("a page is old when the server is of another build, and no longer when it is not", () => {
  const build = new Build("a");
  assert.deepEqual(["a", "b", "b", "a", undefined, "", "c"].map((told) => build.told(told)), [false, true, true, false, false, false, true]);
});

test("while nodes are replaced, only several answers in a row are believed", () => {
  const build = new Build("a", 3);
  assert.deepEqual(["b", "a", "b", "b", "b", "b", "a"].map((told) => build.told(told)), [false, false, false, false, true, true, false]);
});

test("a page that was given no build never says that it is old", () => assert.equal(new Build("").told("b"), false));

test("only a server that says what it speaks, and not this, is apart", () => {
  assert.equal(isApart({ speaks: ["alongside.v2+json"] }, ROOM_PROTOCOL), true);
  assert.equal(isApart({ speaks: [ROOM_PROTOCOL, "alongside.v2+json"] }, ROOM_PROTOCOL), false);
  for (const unknown of [null, {}, { error: { code: "not_found" } }, { speaks: "nothing" }]) assert.equal(isApart(unknown, ROOM_PROTOCOL), false);
});

test("pages speak what the server does", () => {
  const source = (name) => readFileSync(new URL(`../../chatserver/${name}`, import.meta.url), "utf8");
  assert.ok(source("core/codec.py").includes(`"${ROOM_PROTOCOL}"`), ROOM_PROTOCOL);
  assert.ok(source("web/deskdoor.py").includes(`"${DESK_PROTOCOL}"`), DESK_PROTOCOL);
});

test("each page has a place for its build and for the line", () => {
  for (const name of ["group", "desk", "ops"]) {
    const page = readFileSync(new URL(`../../static/${name}.html`, import.meta.url), "utf8");
    for (const part of ['<meta name="build" content="">', 'id="fresh"', 'id="fresh-words"', 'id="fresh-reload"', 'id="fresh-later"']) assert.ok(page.includes(part), `${name}: ${part}`);
  }
});
