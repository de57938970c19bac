// @ts-check
// The desk's page: in by a one-time link or a passkey, out by one button; inside, the board.

import { forget, keep, kept } from "../net/kept.js";
import { fillWhenOpened } from "../view/lines.js";
import { byId } from "../view/make.js";
import { ask, Refused } from "./ask.js";
import { Board } from "./board.js";
import { isPossible, register, signIn } from "./passkey.js";

const ROLES = { moderator: "a moderator", lead: "a lead moderator", ops: "an operator" };
const SAID = "desk-said";
const OVER = "Your session is over. Please sign in again; what you have typed is kept.";
/** @type {Board|null} */ let board = null;

/** @param {string} words */
const say = (words) => { byId("said").textContent = words; };

/** @param {"way-in"|"enrol"|"board"} part */
function show(part) {
  for (const name of ["way-in", "enrol"]) byId(name).hidden = name !== part;
  byId("door").hidden = part === "board";
  byId("board").hidden = part !== "board";
  byId("sign-out").hidden = part === "way-in";
}

/** Shows where this browser stands. */
async function look() {
  let you;
  try {
    ({ you } = await ask("me"));
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    say(fault.message);
  }
  if (!you) return show("way-in");
  if (you.scope === "enrol") return show("enrol");
  enter(you);
}

/** @param {any} you */
function enter(you) {
  const where = you.groups.length ? `for ${you.groups.join(", ")}` : "for every group", isOps = you.role === "ops";
  byId("who").textContent = `${you.name}, you are signed in as ${ROLES[/** @type {keyof typeof ROLES} */ (you.role)]} ${where}.`;
  byId("to-ops").hidden = you.role === "moderator";
  byId("no-passkey").hidden = you.passkeys > 0;
  byId("board-said").textContent = byId("said").textContent;
  for (const name of ["queue-head", "duty-line", "rooms-open", "care-open", "choices-open", "keys-open"]) byId(name).hidden = isOps;
  show("board");
  if (isOps || board) return;
  fillWhenOpened(byId("find-lines"));
  board = new Board(doubt);
  board.begin();
}

/** Begins the page anew, with these words: nothing of a case stays on it. @param {string} words */
function anew(words) {
  keep(SAID, words);
  location.reload();
}

/** Asks whether the session is still good; one that is over ends here. */
async function doubt() {
  const { you } = await ask("me").catch(() => ({ you: undefined })); // unreachable: nobody knows yet
  if (you === null) anew(OVER);
}

/** Does one thing, says what went wrong, and looks again. @param {() => Promise<unknown>} act @param {string} [done] */
async function attempt(act, done = "") {
  say("");
  try {
    await act();
    say(done);
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    say(fault.message);
    byId("board-said").textContent = fault.message;
  }
  await look();
}

async function signOut() {
  await ask("signout", {});
  board?.link.end();
  forget(); // what was typed and not sent, too
  anew("You are signed out.");
}

byId("sign-in").addEventListener("click", () => attempt(signIn));
for (const id of ["register", "add-passkey"]) byId(id).addEventListener("click", () => attempt(register, "Your passkey is registered."));
byId("sign-out").addEventListener("click", () => attempt(signOut));

const token = location.hash.slice(1);
if (token) history.replaceState(null, "", location.pathname); // the link is spent in a moment, and must not stay in sight
say(kept(SAID, ""));
forget(SAID);
if (!isPossible()) say("This browser knows no passkeys. Please use a current one.");
if (token) await attempt(() => ask("link", { token }));
else await look();
