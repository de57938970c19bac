// Where somebody stands with a moderator: every state has words and a way on, whatever the order in which it is told.
import assert from "node:assert/strict";
import { test } from "node:test";

import { HandOff, standing } from "../../static/js/state/handoff.js";

const told = (state, more = {}) => ({ ev: "handoff", handoff: "h", state, has_moderator: true, at: 1000, until: null, by: null, ...more });
const STATES = ["offered", "accepted", "active", "returned", "closed", "declined", "expired"];

test("the newest counts, in whatever order and however often it comes", () => {
  const course = STATES.slice(0, 4).map((state, n) => told(state, { at: 1000 + n }));
  for (const order of [course, [...course].reverse(), [...course, ...course]]) {
    const handoff = new HandOff();
    order.forEach((each) => handoff.came(each));
    assert.equal(handoff.now.state, "returned");
  }
});

test("what is told again changes nothing; that a moderator was lost does", () => {
  const handoff = new HandOff();
  assert.equal(handoff.came(told("accepted")), true);
  assert.equal(handoff.came(told("accepted", { until: 5 })), false);
  assert.equal(handoff.came(told("accepted", { has_moderator: false })), true);
});

test("each state is shown: as an offer, a talk, or its end", () => {
  const kinds = STATES.map((state) => { const handoff = new HandOff(); handoff.came(told(state)); return handoff.kind; });
  assert.deepEqual(kinds, ["offer", "talk", "talk", "over", "over", "over", "over"]);
  assert.equal(new HandOff().kind, "none");
});

test("an end that was put away stays away after a reload, and a new offer is shown", () => {
  const handoff = new HandOff();
  handoff.came(told("closed"));
  handoff.putAway();
  assert.equal(handoff.kind, "none");
  const later = new HandOff(handoff.seen);
  later.came(told("closed"));
  assert.equal(later.kind, "none");
  later.came(told("offered", { handoff: "next", at: 2000 }));
  assert.equal(later.kind, "offer");
});

test("every end says how it came, and what is still possible", () => {
  for (const [state, by] of [["returned", "moderator"], ["returned", "time"], ["closed", "member"], ["closed", "moderator"], ["declined", "member"], ["expired", "time"]]) {
    assert.match(standing(told(state, { by })), /ask for a moderator at any time/);
    assert.doesNotMatch(standing(told(state, { by })), /^The talk is over/, `${state} by ${by}`);
  }
  assert.match(standing(told("something new", { by: "constructor" })), /^The talk is over\./);
});

test("who waits is told for whom", () => {
  assert.match(standing(told("accepted")), /on the way/);
  assert.match(standing(told("accepted", { has_moderator: false })), /Another one is being called/);
  assert.match(standing(told("active")), /is here/);
});
