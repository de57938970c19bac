// @ts-check
// The page of one group: joining, then the room.

import { exit, groups, join, JoinFault, me, proof } from "./net/join.js";
import { Room } from "./room.js";
import { quickExit } from "./view/leave.js";
import { byId, make } from "./view/make.js";

const id = location.pathname.split("/")[2];
/** @type {Room|null} */ let room = null;
quickExit(() => { room?.link.leave(); exit(id); });

/** @param {any} group @param {any} you */
function enter(group, you) {
  byId("joining").hidden = true;
  room = new Room(group, you, () => location.reload());
  room.open();
}

/** @param {any} group */
function offer(group) {
  byId("join-title").textContent = group.title;
  byId("join-topic").textContent = group.topic;
  byId("agreement").replaceChildren(...group.agreement.text.split(/\n\s*\n/).map((/** @type {string} */ part) => make("p", {}, part)));
  byId("joining").hidden = false;
  let solving = proof(id); // begun now, so that the button is quick
  solving.catch(() => undefined);
  byId("join-form").addEventListener("submit", async (/** @type {Event} */ event) => {
    event.preventDefault();
    const button = byId("join"), state = byId("join-state");
    button.disabled = true;
    state.textContent = "One moment, finding you a seat…";
    try {
      enter(group, await join(id, group.agreement.version, byId("remember").checked, await solving));
    } catch (fault) {
      const code = fault instanceof JoinFault ? fault.code : "unknown";
      solving = proof(id);
      solving.catch(() => undefined);
      state.textContent = code === "agreement_changed" ? "The agreement has changed; it is shown anew in a moment." : fault instanceof Error ? fault.message : "Please try again.";
      if (code === "agreement_changed") setTimeout(() => location.reload(), 2000);
    } finally { button.disabled = false; }
  });
}

async function begin() {
  const state = byId("page-state");
  try {
    const [all, you] = await Promise.all([groups(), me(id)]);
    const group = all.find((/** @type {any} */ g) => g.id === id);
    document.documentElement.lang = group.language;
    state.hidden = true;
    if (you) enter(group, you); else offer(group);
  } catch {
    state.replaceChildren("The group cannot be reached just now. ", make("button", { type: "button", onclick: begin }, "Try again"));
  }
}
begin();
