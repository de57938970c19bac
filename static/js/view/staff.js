// @ts-check
// The quiet line below the room's title: whether a moderator is here.

import { staffLine } from "../state/staff.js";
import { byId } from "./make.js";

/** @param {import("../state/staff.js").Staff|undefined} staff a room that says nothing shows nothing */
export function showStaff(staff) {
  const line = byId("staff");
  line.hidden = !staff;
  line.textContent = staff ? staffLine(staff, Date.now()) : "";
}
