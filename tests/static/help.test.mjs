// What moderation brings to the page: folds, asks, the card, advice, the lines of a country. All words and numbers are invented.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Advice, adviceLine } from "../../static/js/state/advice.js";
import { Asks } from "../../static/js/state/asks.js";
import { Card } from "../../static/js/state/card.js";
import { byName, languagesOf, numberOf, trustOf, webOf } from "../../static/js/state/lines.js";
import { outline, pieces } from "../../static/js/state/pieces.js";
import { aloud, quoteOf, reasonOf } from "../../static/js/state/words.js";
import { chance } from "./page.mjs";

const kinds = (text, spans) => pieces(text, spans).map(({ text: t, kind }) => [t, kind]);

test("the pieces of a text are the text, whatever the spans", () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = chance(seed), letters = [..."ab é😀▒\n"], text = Array.from({ length: Math.floor(random() * 20) }, () => letters[Math.floor(random() * letters.length)]).join("");
    const spans = Array.from({ length: Math.floor(random() * 4) }, () => [Math.floor(random() * 25) - 2, Math.floor(random() * 25) - 2]);
    const found = pieces(text, spans);
    assert.equal(found.map((piece) => piece.text).join(""), text, `seed ${seed}`);
    assert.ok(found.every((piece) => piece.text));
    const folded = new Set(spans.flatMap(([start, end]) => Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i)));
    let at = 0;
    for (const piece of found) for (const _ of piece.text) assert.equal(piece.kind === "folded", folded.has(at++), `seed ${seed}`);
  }
});

test("spans count code points, not halves of a picture", () => {
  assert.deepEqual(kinds("😀😀 call", [[3, 7]]), [["😀😀 ", "plain"], ["call", "folded"]]);
});

test("what was masked is told apart, and read aloud as words", () => {
  assert.deepEqual(kinds("ring ▒▒▒▒▒▒▒▒ soon"), [["ring ", "plain"], ["▒▒▒▒▒▒▒▒", "masked"], [" soon", "plain"]]);
  assert.equal(outline("ring ▒▒▒ soon"), "ring (a detail left out) soon");
});

test("a part that is folded is told on by neither a quote nor a screen reader", () => {
  const item = { kind: "message", handle: "Quiet Heron", text: "hello secret there", folded: { why: "contact", spans: [[6, 12]] }, reactions: new Map() };
  for (const line of [quoteOf(item), aloud(item)]) assert.equal(line, "Quiet Heron: hello (something folded) there");
});

test("the note of a message that is folded whole is not told on", () => {
  const item = { kind: "message", handle: "Quiet Heron", note: "secret", text: "words", folded: { why: "sexual", spans: [] }, reactions: new Map() };
  for (const line of [quoteOf(item), aloud(item)]) assert.equal(line, "Quiet Heron: a folded message");
});

test("every label of a boundary has plain words, and an unknown one has some too", () => {
  const labels = ["personal_info", "contact", "method", "harassment", "hate", "sexual", "medical", "promotion", "flood"];
  assert.equal(new Set(labels.map(reasonOf)).size, labels.length);
  for (const label of ["something new", "constructor", undefined]) assert.equal(reasonOf(label), "not everybody may want to read it");
});

test("an ask ends when it was received, refused or cut; one at a time", async () => {
  const sent = [], asks = new Asks((frame) => { sent.push(frame); return true; });
  const first = asks.ask({ do: "report", pos: "e.1-0", why: "concern" });
  assert.match(await asks.ask({ do: "ask_moderator" }), /still on its way/);
  asks.received("ask_moderator");
  asks.received("report");
  assert.equal(await first, "");
  const second = asks.ask({ do: "ask_moderator" });
  asks.refused("It could not be kept.");
  assert.equal(await second, "It could not be kept.");
  const third = asks.ask({ do: "misread", card: "c1" });
  asks.lost();
  assert.match(await third, /lost before this was confirmed/);
  assert.deepEqual(sent.map((frame) => frame.do), ["report", "ask_moderator", "misread"]);
  asks.received("report");
});

test("an ask without a link says so at once", async () => {
  assert.match(await new Asks(() => false).ask({ do: "ask_moderator" }), /connection is lost/);
});

test("a card is new once; closed it stays closed when it is said again, also over a reload; the next one opens", () => {
  const card = new Card();
  assert.equal(card.isOpen, false);
  assert.deepEqual([card.came("c1"), card.isOpen, card.came("c1")], [true, true, false]);
  card.close();
  assert.deepEqual([card.came("c1"), card.isOpen], [false, false]);
  const reloaded = new Card(card.closed);
  assert.deepEqual([reloaded.came("c1"), reloaded.isOpen], [false, false]);
  assert.deepEqual([reloaded.came("c2"), reloaded.isOpen], [true, true]);
  reloaded.reopen();
  assert.equal(reloaded.isOpen, true);
  reloaded.gone();
  assert.equal(reloaded.isOpen, false);
});

test("advice is kept until it is read, and is bounded", () => {
  const advice = new Advice(), told = { label: "contact", what: "What.", why: "Why.", instead: "" };
  for (let n = 0; n < 30; n++) advice.came(`e.${n}-0`, told);
  assert.equal(advice.told.size, 20);
  assert.equal(advice.at("e.29-0"), told);
  advice.dismiss("e.29-0");
  assert.equal(advice.at("e.29-0"), undefined);
  assert.equal(adviceLine(told), "What. Why.");
});

test("only one number by itself becomes a link that calls, only the web a link", () => {
  assert.equal(numberOf("0800 555 0100"), "08005550100");
  assert.equal(numberOf("+000 (55) 501-00"), "+0005550100");
  assert.equal(numberOf("*5550"), "*5550");
  for (const dial of ["", "555 or 556", "555, then 2", "javascript:1"]) assert.equal(numberOf(dial), null, dial);
  assert.equal(webOf("https://lines.example/"), "https://lines.example/");
  for (const url of ["", "lines.example", "javascript:alert(1)", "data:text/html,x"]) assert.equal(webOf(url), null, url);
});

test("a line says when it was checked, and that nobody confirmed it", () => {
  assert.equal(trustOf({ is_confirmed: false, checked: "2026-06-02" }, "en-GB"), "Checked on 2 June 2026. Not confirmed: nobody here has called it yet.");
  assert.equal(trustOf({ is_confirmed: true, checked: "2026-06-02" }, "en-GB"), "Checked on 2 June 2026.");
  for (const checked of [null, "undated", "yesterday"]) assert.match(trustOf({ is_confirmed: false, checked }), /not known. Not confirmed/);
});

test("countries stand by name, languages by theirs", () => {
  const countries = ["Östland", "Arland", "Zetland"].map((country) => ({ iso2: "", country, lines: [] }));
  assert.deepEqual(byName(countries).map((each) => each.country), ["Arland", "Östland", "Zetland"]);
  assert.equal(languagesOf("en es", "en"), "English, Spanish");
  assert.equal(languagesOf("nonsense-!", "en"), "nonsense-!");
  assert.equal(languagesOf("", "en"), "");
});
