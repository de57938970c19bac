// @ts-check
// Who has the case that is open, and the two buttons that change it. A claim that was lost is said plainly.

import { byId } from "../view/make.js";

/** @typedef {import("./state/terms.js").Case} Case */
/** @typedef {"held"|"unsure"|"lost"|"none"|"gone"} Standing */

const KEPT = "What you have typed is kept.";

/** @param {Case} one @param {Standing} standing */
export function holdLine({ claim, is_own }, standing) {
  const other = claim && !claim.is_mine ? claim.name : "";
  if (standing === "gone") return `This case is not in the queue any more: it was closed, or its time was over. ${KEPT}`;
  if (standing === "unsure") return `Your claim may have run out: the server cannot be reached. ${KEPT}`;
  if (standing === "lost") return `Your claim has run out. ${other ? `${other} has the case now.` : "You can claim the case again."} ${KEPT}`;
  if (standing === "held") return "You have this case. It stays yours while this page is open.";
  if (is_own) return "This is about what you did yourself, so somebody else decides it.";
  if (other) return `${other} has this case. You can read along.`;
  return claim ? "You have this case in another window. Claim it to work on it here." : "Nobody has this case yet.";
}

export class Hold {
  /** @param {{claim: () => void, release: () => void}} on */
  constructor(on) {
    byId("claim").addEventListener("click", on.claim);
    byId("release").addEventListener("click", on.release);
  }

  /** @param {Case} one @param {Standing} standing */
  show(one, standing) {
    const isMine = standing === "held" || standing === "unsure", line = holdLine(one, standing), said = byId("hold-said");
    if (said.textContent !== line) said.textContent = line;
    byId("hold").classList.toggle("lost", standing === "lost" || standing === "unsure" || standing === "gone");
    turn("claim", !isMine && !one.is_own && standing !== "gone" && (!one.claim || one.claim.is_mine));
    turn("release", isMine);
  }
}

/** Shows or hides a button; one that goes while it has the focus leaves the focus to the case. @param {string} id @param {boolean} isShown */
function turn(id, isShown) {
  const button = byId(id), hadFocus = document.activeElement === button;
  button.hidden = !isShown;
  if (hadFocus && !isShown) byId("case-title").focus();
}
