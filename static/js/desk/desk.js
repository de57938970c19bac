// @ts-check
// The desk's page: in by a one-time link or a passkey, out by one button.

import { byId } from "../view/make.js";
import { ask, Refused } from "./ask.js";
import { isPossible, register, signIn } from "./passkey.js";

const ROLES = { moderator: "a moderator", lead: "a lead moderator", ops: "an operator" };
const PARTS = ["way-in", "enrol", "inside"];

/** @param {string} words */
const say = (words) => { byId("said").textContent = words; };

/** @param {string} part @param {boolean} isIn */
function show(part, isIn) {
  for (const name of PARTS) byId(name).hidden = name !== part;
  byId("sign-out").hidden = !isIn;
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
  if (!you) return show("way-in", false);
  if (you.scope === "enrol") return show("enrol", true);
  const where = you.groups.length ? `for ${you.groups.join(", ")}` : "for every group";
  byId("who").textContent = `${you.name}, you are signed in as ${ROLES[/** @type {keyof typeof ROLES} */ (you.role)]} ${where}.`;
  byId("no-passkey").hidden = you.passkeys > 0;
  show("inside", true);
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
  }
  await look();
}

byId("sign-in").addEventListener("click", () => attempt(signIn));
for (const id of ["register", "add-passkey"]) byId(id).addEventListener("click", () => attempt(register, "Your passkey is registered."));
byId("sign-out").addEventListener("click", () => attempt(() => ask("signout", {}), "You are signed out."));

const token = location.hash.slice(1);
if (token) history.replaceState(null, "", location.pathname); // the link is spent in a moment, and must not stay in sight
if (!isPossible()) say("This browser knows no passkeys. Please use a current one.");
if (token) await attempt(() => ask("link", { token }));
else await look();
