// The desk's state: what calls anew, leases, keys, marks, drafts, plain words.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { draftKey, fieldsOf, missing, offered, ofMessage, orderOf } from "../../static/js/desk/state/acts.js";
import { alarmLine } from "../../static/js/desk/state/alarms.js";
import { loadLine } from "../../static/js/desk/state/care.js";
import { ACTS } from "../../static/js/desk/state/catalogue.js";
import { Drafts } from "../../static/js/desk/state/drafts.js";
import { othersOn } from "../../static/js/desk/state/duty.js";
import { KEYS, wanted } from "../../static/js/desk/state/keymap.js";
import { Leases } from "../../static/js/desk/state/leases.js";
import { limitLine } from "../../static/js/desk/state/limits.js";
import { marked } from "../../static/js/desk/state/marks.js";
import { paceLine } from "../../static/js/desk/state/pace.js";
import { isDanger, Queue, titleFor } from "../../static/js/desk/state/queue.js";
import { ROOM_ACTS, stateLine } from "../../static/js/desk/state/rooms.js";
import { isLive, isOpen, talkLine } from "../../static/js/desk/state/talk.js";
import { aboutOf, kindWord, labelWord, levelWord, sourceOf, waited } from "../../static/js/desk/state/terms.js";

const one = (id, more = {}) => ({ id, kind: "message", level: "red", labels: ["suicide"], group: { slug: "porch", title: "Porch" }, room: 1, handle: "Quiet Heron", opened_at: 0, reasons: [], claim: null, is_here: true, pages: 0, ...more });
const others = { name: "Noa", is_mine: false, until: 90_000 }, mine = { name: "Ada", is_mine: true, until: 90_000 };
const told = (...cases) => ({ cases, now: 1000 });
const called = (queue, ...cases) => queue.take(told(...cases)).calls.map((each) => each.id);

test("what is there from the start does not call; what comes later does, once", () => {
  const queue = new Queue();
  assert.deepEqual(called(queue, one("a")), []);
  assert.deepEqual(called(queue, one("b"), one("a")), ["b"]);
  assert.deepEqual(called(queue, one("b"), one("a")), []);
});

test("only danger that nobody has calls", () => {
  const queue = new Queue();
  called(queue);
  assert.deepEqual(called(queue, one("a", { claim: others }), one("b", { level: "amber", labels: ["contact"], kind: "held" }), one("c", { level: "amber", labels: ["eating"] })), ["c"]);
});

test("a case that another has lost or given back calls again; one's own does not", () => {
  const queue = new Queue();
  called(queue, one("a", { claim: others }), one("b", { claim: mine }));
  assert.deepEqual(called(queue, one("a"), one("b")), ["a"]);
  assert.deepEqual(called(queue, one("a"), one("b")), []);
});

test("danger is what the server puts before broken rules", () => {
  const source = readFileSync(new URL("../../chatserver/core/cases.py", import.meta.url), "utf8");
  const labels = [.../DANGER_LABELS = frozenset\(\{(.*)\}\)/.exec(source)[1].matchAll(/"(\w+)"/g)].map(([, label]) => label);
  assert.ok(labels.length > 3);
  for (const label of labels) assert.ok(isDanger(one("a", { level: "amber", labels: [label] })), label);
  const kinds = [.../case\.kind in \((.*?)\)/.exec(source)[1].matchAll(/"(\w+)"/g)].map(([, kind]) => kind);
  assert.ok(kinds.length > 2);
  for (const kind of kinds) assert.ok(isDanger(one("a", { level: "amber", labels: [], kind })), kind);
  for (const level of ["red", "crisis"]) assert.ok(isDanger(one("a", { level, labels: [], kind: "rule" })), level);
  assert.equal(isDanger(one("a", { level: "amber", labels: ["hate"] })), false);
});

test("the title counts danger that nobody has", () => {
  const queue = new Queue();
  called(queue, one("a"), one("b", { claim: mine }), one("c", { level: "amber", labels: [] }));
  assert.equal(queue.unclaimed, 1);
  assert.deepEqual([titleFor(0), titleFor(2)], ["Desk · Alongside", "(2) Desk · Alongside"]);
});

test("one's own step shows before the server tells of it", () => {
  const queue = new Queue();
  called(queue, one("a"), one("b"));
  queue.claimed("a", mine);
  assert.equal(queue.find("a").claim.is_mine, true);
  queue.closed("a");
  assert.deepEqual([queue.find("a"), queue.cases.length], [undefined, 1]);
});

test("the next case is the one below, and the first when one's own is not there", () => {
  const queue = new Queue();
  called(queue, one("a"), one("b"));
  assert.deepEqual([queue.beside("a", 1)?.id, queue.beside("b", 1)?.id, queue.beside("b", -1)?.id, queue.beside(null, 1)?.id], ["b", undefined, "a", "a"]);
});

test("a lease is renewed after a third of its time, once until the answer, and tried again when none comes", () => {
  const leases = new Leases();
  leases.took("a", 90_000);
  assert.deepEqual([leases.due(29_999), leases.due(30_000), leases.due(30_001), leases.due(35_000)], [[], ["a"], [], ["a"]]);
  leases.took("a", 120_000);
  assert.deepEqual([leases.due(59_999), leases.due(60_000)], [[], ["a"]]);
});

test("a telling that does not show a claim only asks; the server's word ends it", () => {
  const leases = new Leases();
  leases.took("a", 90_000);
  assert.deepEqual(leases.told([one("a")], 500), []);
  assert.equal(leases.standing("a", 500), "held");
  assert.deepEqual(leases.due(500), ["a"]);
  leases.missed("a");
  assert.deepEqual([leases.standing("a", 500), leases.due(99_999)], ["lost", []]);
  leases.took("a", 190_000);
  assert.equal(leases.standing("a", 100_000), "held");
});

test("a case that is ours without our asking is held and told of once; one that was just asked for or given back is neither", () => {
  const leases = new Leases(), told = (...cases) => leases.told(cases, 500).map((each) => each.id);
  leases.asked.add("asked");
  leases.took("given", 90_000);
  leases.gave("given");
  assert.deepEqual(told(one("came", { claim: mine }), one("asked", { claim: mine }), one("given", { claim: mine }), one("other", { claim: others })), ["came"]);
  assert.deepEqual(told(one("came", { claim: mine }), one("given")), []);
  assert.deepEqual(told(one("came", { claim: mine }), one("given", { claim: mine })), ["given"]);
  assert.equal(leases.standing("came", 500), "held");
});

test("nothing is renewed while something is asked about the case: it may be closed by then", () => {
  const leases = new Leases();
  leases.took("a", 90_000);
  leases.asked.add("a");
  leases.told([], 500);
  assert.deepEqual([leases.due(500), leases.due(40_000)], [[], []]);
  leases.asked.delete("a");
  assert.deepEqual(leases.due(40_000), ["a"]);
});

test("a lease that should be over is unsure until the server says, and what was given back is no loss", () => {
  const leases = new Leases();
  leases.took("a", 90_000);
  assert.equal(leases.standing("a", 90_000), "unsure");
  leases.gave("a");
  leases.missed("a");
  assert.equal(leases.standing("a", 90_000), "none");
});

const KEY = { isTyping: false, hasDialog: false, isOn: true };

test("each key of the list has its act, and letters fall silent while typing, in a dialog, with a modifier, or by choice", () => {
  for (const [key, act] of KEYS) {
    assert.equal(wanted({ key }, KEY), act);
    for (const where of [{ isTyping: true }, { hasDialog: true }, { isOn: false }]) assert.equal(wanted({ key }, { ...KEY, ...where }), null, key);
    for (const held of ["ctrlKey", "metaKey", "altKey", "isComposing"]) assert.equal(wanted({ key, [held]: true }, KEY), null, key);
  }
  assert.equal(wanted({ key: "q" }, KEY), null);
});

test("Escape goes back even while typing and with letters off, but leaves dialogs to close themselves", () => {
  assert.equal(wanted({ key: "Escape" }, { isTyping: true, hasDialog: false, isOn: false }), "back");
  assert.equal(wanted({ key: "Escape" }, { ...KEY, hasDialog: true }), null);
});

test("a key held down goes from case to case and does nothing else", () => {
  assert.equal(wanted({ key: "j", repeat: true }, KEY), "next");
  for (const key of ["c", "r", "x", "w", "Escape"]) assert.equal(wanted({ key, repeat: true }, KEY), null, key);
});

const reason = (start, end) => ({ rule: "r", label: "suicide", intent: "Says so.", start, end });
const shown = (text, ...reasons) => marked(text, reasons).map((piece) => (piece.isMarked ? `[${piece.text}]` : piece.text)).join("");

test("a mark stands at code points, whatever the browser's units are", () => {
  assert.equal(shown("😔💔 I cannot go on 😔", reason(3, 17)), "😔💔 [I cannot go on] 😔");
  assert.equal(shown("é́😔x", reason([..."é́😔x"].length - 1, 99)), "é́😔[x]");
});

test("reasons that overlap mark once, and one about the whole text only where no other is narrower", () => {
  assert.equal(shown("abcdef", reason(1, 3), reason(2, 4), reason(0, 6)), "a[bc][d]ef");
  assert.equal(shown("abc", reason(0, 3), reason(0, 0)), "[abc]");
  assert.equal(shown("abc", reason(0, 0)), "abc");
});

test("what was typed about a case outlives others and a reload, until it is sent", () => {
  const drafts = new Drafts();
  drafts.write("a", "reason", "talked with");
  drafts.write("a", "outcome", "helped");
  drafts.write("b", "reason", "");
  const again = new Drafts(JSON.parse(JSON.stringify(drafts.kept())));
  assert.deepEqual([again.at("a"), again.at("b")], [{ reason: "talked with", outcome: "helped" }, {}]);
  again.drop("a");
  assert.deepEqual(again.kept(), []);
});

test("drafts are bounded: the one touched longest ago goes", () => {
  const drafts = new Drafts();
  for (let n = 0; n < 20; n++) drafts.write(`c${n}`, "reason", "x");
  drafts.write("c0", "reason", "xy");
  drafts.write("c20", "reason", "x");
  assert.deepEqual([drafts.at("c0"), drafts.at("c1"), drafts.kept().length], [{ reason: "xy" }, {}, 20]);
});

test("every label and kind of the server has plain words", () => {
  const source = readFileSync(new URL("../../chatserver/core/cases.py", import.meta.url), "utf8");
  const kinds = [.../\nKind = Literal\[([^\]]*)\]/.exec(source)[1].matchAll(/"(\w+)"/g)].map(([, kind]) => kind);
  assert.ok(kinds.length > 5);
  for (const kind of kinds) assert.notEqual(kindWord(kind), "Something to look at", kind);
  assert.equal(labelWord("self_harm"), "self-harm");
  assert.equal(labelWord("constructor"), "constructor");
  assert.equal(levelWord("crisis"), "Crisis");
  assert.equal(aboutOf(one("a", { labels: [], kind: "asked" })), "Asks for a moderator");
  assert.equal(aboutOf(one("a", { labels: ["self_harm", "abuse"] })), "Self-harm, being hurt by somebody");
  assert.equal(sourceOf(one("a", { labels: ["hate"], kind: "rule" })), "Reported by a member");
  assert.equal(sourceOf(one("a")), "");
});

test("waiting is told in the reader's own units, coarsely", () => {
  const minute = 60_000;
  assert.deepEqual([0, 59_999, minute, 59 * minute, 61 * minute, 49 * 60 * minute, -5].map((ms) => waited(ms, "en")),
    ["under 1 min", "under 1 min", "1 min", "59 min", "1 hr 1 min", "2 days", "under 1 min"]);
  assert.match(waited(minute, "de"), /1 Min/);
});

const names = ({ first, more }) => [first, more].map((acts) => acts.map((act) => act.act));

test("where somebody may be in danger, nothing that shuts them out is offered first, and all else is still there", () => {
  for (const kind of ["message", "held", "failed", "concern", "rule", "asked", "handoff"]) for (const level of ["amber", "red", "crisis"]) {
    const danger = one("a", { kind, level, labels: ["suicide"] }), [first, more] = names(offered(danger));
    for (const act of ["mute", "exclude"]) assert.ok(!first.includes(act), `${kind} ${level}`);
    assert.ok(first.includes("word"), kind);
    assert.deepEqual([...first, ...more].filter((act, i, all) => all.indexOf(act) !== i), []);
  }
  assert.ok(names(offered(one("a", { kind: "rule", level: "amber", labels: ["hate"] })))[0].includes("mute"));
});

test("a held message is let through or given back, and only a held one", () => {
  assert.deepEqual(names(offered(one("a", { kind: "held", level: "amber", labels: ["hate"] })))[0].slice(0, 2), ["let_through", "give_back"]);
  for (const kind of ["message", "asked", "rule"]) assert.ok(!names(offered(one("a", { kind }))).flat().includes("let_through"), kind);
  assert.ok(!names(offered(one("a", { kind: "asked", labels: [] }))).flat().includes("remove"));
});

test("a second moderator is asked for one thing first, without what is of other acts", () => {
  assert.deepEqual(names(offered(one("a", { kind: "second", labels: [], level: "amber" })))[0], ["confirm"]);
  assert.ok(!names(offered(one("a"))).flat().includes("confirm"));
  assert.deepEqual(orderOf(ACTS.confirm, ACTS.confirm.fields, { reason: "I agree" }, "n1"), { reason: "I agree" });
});

test("an appeal is decided one way or the other", () => {
  const appeal = one("a", { kind: "appeal", level: "amber", labels: [] }), decide = (act) => [ACTS[act].path(appeal), orderOf(ACTS[act], ACTS[act].fields, { reason: "seen it" }, "n1")];
  assert.deepEqual(names(offered(appeal))[0], ["uphold", "lift", "word"]);
  assert.deepEqual(decide("uphold"), ["cases/a/decide", { uphold: true, reason: "seen it" }]);
  assert.deepEqual(decide("lift"), ["cases/a/decide", { uphold: false, reason: "seen it" }]);
});

test("what one did oneself is for others to decide: no act is offered", () => {
  for (const kind of ["second", "appeal"]) assert.deepEqual(names(offered(one("a", { kind, is_own: true }))), [[], []]);
});

test("whoever looks again reads what was decided, until when, and why", () => {
  assert.match(limitLine({ kind: "mute", until: Date.UTC(2026, 10, 26, 12), why: "so and so" }), /^They cannot write in the room until .*2026.*\. Why: so and so$/);
  assert.equal(limitLine({ kind: "remove", until: null, why: "so" }), "A message of theirs was removed. Why: so");
  assert.equal(limitLine({ kind: "constructor", until: null, why: "so" }), "Something was decided. Why: so");
});

test("shutting somebody out who may be in danger needs to be said twice", () => {
  const calm = one("a", { kind: "rule", level: "amber", labels: ["hate"] });
  assert.deepEqual([fieldsOf(ACTS.mute, one("a")).includes("is_sure"), fieldsOf(ACTS.mute, calm).includes("is_sure")], [true, false]);
  assert.equal(missing(fieldsOf(ACTS.mute, one("a")), { seconds: "3600", reason: "because", is_sure: "" }), "is_sure");
});

test("an order holds what the server asks for, in its kinds, and the first thing that lacks is named", () => {
  const draft = { seconds: "3600", reason: " because ", is_sure: "yes" }, fields = fieldsOf(ACTS.mute, one("a"));
  assert.deepEqual(orderOf(ACTS.mute, fields, draft, "n1"), { act: "mute", seconds: 3600, reason: "because", is_sure: true, attempt: "n1" });
  assert.equal(missing(fields, draft), null);
  assert.equal(missing(["text", "reason"], { text: "  ", reason: "" }), "text");
  assert.equal(missing(["to", "reason"], { to: "", reason: "tired" }), null);
});

test("an act on another message names it, and what is typed about it is its own", () => {
  assert.deepEqual(ofMessage(false).map(({ act }) => act), ["fold", "remove", "restore"]);
  assert.deepEqual(ofMessage(true).map(({ act }) => act), ["restore"]);
  assert.deepEqual(orderOf(ACTS.fold, ["reason"], { reason: "hard to read" }, "n1", "e.7-0"), { act: "fold", reason: "hard to read", pos: "e.7-0", attempt: "n1" });
  assert.equal(new Set([draftKey(ACTS.fold, "reason"), draftKey(ACTS.fold, "reason", "e.7-0"), draftKey(ACTS.fold, "reason", "e.8-0"), draftKey(ACTS.remove, "reason", "e.7-0")]).size, 4);
});

test("a room's pace is one calm line", () => {
  const line = (per_minute, over_ms = 300_000) => paceLine({ per_minute, over_ms }, "en");
  assert.equal(line(0), "The room is still: no message in the last 5 minutes.");
  assert.equal(line(0.2), "The room is slow: less than one message a minute in the last 5 minutes.");
  assert.equal(line(1.4), "The room: about 1 message a minute in the last 5 minutes.");
  assert.equal(line(1500, 20_000), "The room: about 1,500 messages a minute in the last minute.");
});

test("a room says how many are there and what calms it, and offers what needs no case", () => {
  const line = (more) => stateLine({ number: 1, here: 0, slow: 0, quiet: false, lock: false, ...more }, "en");
  assert.equal(line({}), "nobody here");
  assert.equal(line({ here: 12, slow: 90, quiet: true, lock: true }), "12 here · slow: one message each in 90 seconds · only moderators write · closed to newcomers");
  assert.equal(line({ here: 1, slow: 60 }), "1 here · slow: one message each in 1 minute");
  const orders = readFileSync(new URL("../../chatserver/core/orders.py", import.meta.url), "utf8");
  assert.deepEqual(ROOM_ACTS.map(({ act }) => act), [.../OF_ROOM = \((.*?)\)/.exec(orders)[1].matchAll(/"(\w+)"/g)].map(([, act]) => act));
});

test("who is on duty is a line with few names", () => {
  const people = (...names) => names.map((name) => ({ name, is_you: name === "me" }));
  assert.equal(othersOn({ on: false, people: [] }), "Nobody is on duty.");
  assert.equal(othersOn({ on: true, people: people("me") }), "Nobody else is on duty.");
  assert.equal(othersOn({ on: true, people: people("me", "Noa") }), "Noa is on duty too.");
  assert.equal(othersOn({ on: false, people: people("A", "B", "C", "D", "E") }), "A, B, C, and 2 more are on duty.");
});

test("what fails around the desk is said with since when and how often", () => {
  const at = Date.UTC(2026, 4, 1, 22, 14);
  assert.equal(alarmLine([]), "");
  assert.equal(alarmLine([{ name: "oncall", since: at, failures: 3, why: "no answer" }], "en-GB", "UTC"),
    "Whoever is on call cannot be reached from here: since 22:14, 3 times (no answer). Please tell whoever runs this server.");
  assert.match(alarmLine([{ name: "mail", since: at, failures: 1, why: "x" }], "en-GB", "UTC"), /^mail does not work: since 22:14, once/);
});

test("a talk is offered while there is none, ended by who has it, and looked into by others", () => {
  const all = (more) => names(offered(one("a", more))).flat();
  const talks = ["offer", "withdraw", "return", "end", "look_in"], of = (more) => talks.filter((act) => all(more).includes(act));
  assert.deepEqual(of({ claim: mine }), ["offer"]);
  for (const state of ["returned", "closed", "declined", "expired"]) assert.deepEqual(of({ claim: mine, handoff: { id: "h", state } }), ["offer"], state);
  assert.deepEqual(of({ claim: mine, handoff: { id: "h", state: "offered" } }), ["withdraw"]);
  assert.deepEqual(of({ claim: others, handoff: { id: "h", state: "offered" } }), []);
  for (const state of ["accepted", "active"]) {
    assert.deepEqual(of({ claim: mine, handoff: { id: "h", state } }), ["return", "end"], state);
    assert.deepEqual(of({ claim: others, handoff: { id: "h", state } }), ["look_in"], state);
  }
  assert.equal(ACTS.return.path(one("a", { handoff: { id: "h" } })), "handoffs/h/return");
  assert.deepEqual(orderOf(ACTS.offer, ACTS.offer.fields, {}, "n1"), {});
});

test("every state of a talk has words, for who has it and for others, and none when there is none", () => {
  const source = readFileSync(new URL("../../chatserver/core/handoff.py", import.meta.url), "utf8");
  const states = [.../\nState = Literal\[([^\]]*)\]/.exec(source)[1].matchAll(/"(\w+)"/g)].map(([, state]) => state);
  assert.ok(states.length > 5);
  for (const state of states) for (const isMine of [true, false]) assert.notEqual(talkLine({ id: "h", state }, isMine), "", state);
  assert.equal(talkLine(null, true), "");
  assert.deepEqual(["offered", "accepted", "active", "returned"].map((state) => [isLive({ id: "h", state }), isOpen({ id: "h", state })]), [[true, false], [true, true], [true, true], [false, false]]);
});

test("every act of the server has a form here that holds what it needs, and no other is offered", () => {
  const source = readFileSync(new URL("../../chatserver/core/orders.py", import.meta.url), "utf8");
  const forms = [.../_FORMS: [^=]*= \{\n([\s\S]*?)\n\}/.exec(source)[1].matchAll(/"(\w+)": _form\("(\w*)"/g)].map(([, act, needed]) => [act, needed]);
  assert.ok(forms.length > 10);
  for (const [act, needed] of forms) assert.deepEqual(ACTS[act]?.fields, [...(needed ? [needed] : []), "reason"], act);
  const known = new Set(forms.map(([act]) => act));
  for (const [act, { path }] of Object.entries(ACTS)) assert.ok(path || known.has(act), act);
});

test("how much somebody has seen is said roughly, in whole words", () => {
  assert.equal(loadLine({ today: { seen: "0", heavy: "0" }, three_days: { seen: "more", heavy: "3-5" } }), "no case in the last 24 hours; more than 10 cases, 3 to 5 of them heavy in three days.");
  assert.match(loadLine({ today: { seen: "1-2", heavy: "0" }, three_days: { seen: "1-2", heavy: "0" } }), /^1 to 2 cases, none of them heavy in the last 24 hours/);
});
