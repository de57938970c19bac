// @ts-check
// The page of one group: joining, then the room.

import { appeal, exit, groups, join, JoinFault, proof, standing } from "./net/join.js";
import { forget, kept } from "./net/kept.js";
import { Room } from "./room.js";
import { outLine } from "./state/standing.js";
import { quickExit } from "./view/leave.js";
import { fillWhenOpened } from "./view/lines.js";
import { byId, make } from "./view/make.js";

const SLOW_MS = 4000; // the sum takes well under that on most phones
const id = location.pathname.split("/")[2];
/** @type {Room|null} */ let room = null;
/** @type {any} */ let group = null;
/** @type {Promise<any>} */ let solving;
quickExit(() => { room?.link.leave(); exit(id); });

/** @param {any} you */
function enter(you) {
  byId("joining").hidden = true;
  room = new Room(group, you);
  if (kept("seat-lost", false)) room.sending.outbox.park("Written under your earlier name.");
  forget("seat-lost");
  room.open();
}

/** Begins the sum at once, so that the button is quick. */
function solve() {
  solving = proof(id);
  solving.catch(() => undefined); // it is told when the button is pressed
}

function showAgreement() {
  byId("join-title").textContent = group.title;
  byId("join-topic").textContent = group.topic;
  byId("agreement").replaceChildren(...group.agreement.text.trim().split(/\n\s*\n/).map((/** @type {string} */ part) => make("p", {}, part)));
  for (const name of ["join-title", "join-topic", "agreement", "messages"]) byId(name).lang = group.language;
}

function offer() {
  fillWhenOpened(byId("find-lines"));
  showAgreement();
  byId("joining").hidden = false;
  if (kept("seat-lost", false)) byId("join-state").textContent = "Your seat was given back while you were away. What you had not sent is kept; you will have a new name.";
  solve();
  byId("join-form").addEventListener("submit", (/** @type {Event} */ event) => { event.preventDefault(); take(); });
}

/** Out of the group for a while: why, until when, and what can be done. @param {any} excluded */
function showOut(excluded) {
  byId("out-title").textContent = group.title;
  byId("out-words").textContent = outLine(excluded);
  byId("out-more").textContent = `${excluded.appeal} Receipt: ${excluded.receipt}`;
  fillWhenOpened(byId("out-lines"));
  byId("out-form").addEventListener("submit", (/** @type {Event} */ event) => { event.preventDefault(); askAgain(excluded.receipt); });
  byId("out").hidden = false;
  byId("out-title").focus();
}

/** @param {string} receipt */
async function askAgain(receipt) {
  const said = byId("out-said"), words = byId("out-appeal").value.trim();
  if (!words) return;
  said.textContent = "One moment…";
  try {
    await appeal(id, receipt, words);
    byId("out-send").hidden = true;
    said.textContent = "A moderator who did not do it will look at it again. Come back to this page to see what became of it.";
  } catch (fault) { said.textContent = fault instanceof JoinFault ? fault.message : "That did not work. Please try again."; }
}

async function take() {
  const button = byId("join"), state = byId("join-state");
  button.disabled = true;
  state.textContent = "One moment, finding you a seat…";
  const slow = setTimeout(() => { state.textContent = "Still finding you a seat. Your device does a small sum first, which keeps crowds of machines out…"; }, SLOW_MS);
  try {
    enter(await join(id, group.agreement.version, byId("remember").checked, solving));
  } catch (fault) {
    state.textContent = await refused(fault);
    solve();
  } finally { clearTimeout(slow); button.disabled = false; }
}

/** What to tell; a changed agreement is shown anew. @param {unknown} fault */
async function refused(fault) {
  if (!(fault instanceof JoinFault)) return "That did not work. Please try again.";
  if (fault.code !== "agreement_changed") return fault.message;
  await find();
  showAgreement();
  byId("agreement-title").focus();
  return "The agreement has changed since you opened this page. Please read it again.";
}

async function find() {
  const found = (await groups()).find((/** @type {any} */ each) => each.id === id);
  if (!found) throw new JoinFault("not_found", "This group is not here any more.");
  group = found;
}

async function begin() {
  const state = byId("page-state");
  state.textContent = "One moment…";
  try {
    const [{ you, excluded }] = await Promise.all([standing(id), find()]);
    state.hidden = true;
    if (excluded) showOut(excluded); else if (you) enter(you); else offer();
  } catch {
    state.replaceChildren("The group cannot be reached just now. ", make("button", { type: "button", onclick: begin }, "Try again"));
  }
}
begin();
