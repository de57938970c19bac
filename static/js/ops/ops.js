// @ts-check
// The operators' page: asks every few seconds how the house is, and says so when nobody answers.

import { Fresh } from "../view/fresh.js";
import { byId, make } from "../view/make.js";
import { inOrder, lagLine, messagesLine, NODE_COLUMNS, nodeCells, ROOM_COLUMNS, roomCells } from "./state/words.js";
import { Figures } from "./table.js";

const AGAIN_MS = 5_000, SOON_MS = 1_000, PATIENCE_MS = 4_000; // an answer takes a second at worst, for nodes that are silent
const OPEN_ROOMS = 12, WIDE = "(min-width: 60rem)"; // with more rooms, or on a phone, they are opened group by group
/** @typedef {import("./state/words.js").Row} Row */
const BELIEVED = 3; // answers of another build in a row: while nodes are replaced they come from old and new ones
/** @typedef {{at: number, build: string, wrong: {name: string, words: string, urgent: boolean}[], groups: Row[], nodes: import("./state/words.js").Node[]}} Health */

/** @type {Map<string, boolean>} what somebody opened or closed */ const chosen = new Map();
/** @type {Health|null} */ let health = null;
let asOf = "";

const fresh = new Fresh(BELIEVED);
const rooms = new Figures(byId("rooms-head"), byId("rooms"), ROOM_COLUMNS, (id, isOpen) => {
  chosen.set(id, !isOpen);
  if (health) showRooms(health.groups);
});
const nodes = new Figures(byId("nodes-head"), byId("nodes"), NODE_COLUMNS);

/** @param {Row[]} groups */
function showRooms(groups) {
  const isOpenByItself = matchMedia(WIDE).matches && groups.reduce((sum, { rooms: of = [] }) => sum + of.length, 0) <= OPEN_ROOMS;
  rooms.show(inOrder(groups).flatMap((group) => {
    const of = group.rooms ?? [], isOpen = chosen.get(group.id) ?? isOpenByItself;
    const words = `${of.length} ${of.length === 1 ? "room" : "rooms"}${group.left_off ? `, the fullest of ${of.length + group.left_off}` : ""}`;
    return [
      { ...lineOf(group, group.title ?? ""), toggle: of.length ? { words, isOpen } : undefined },
      ...of.map((room) => ({ ...lineOf(room, `Room ${room.id}`), parent: group.id, isHidden: !isOpen })),
    ];
  }));
}

/** @param {Row} row @param {string} name */
const lineOf = (row, name) => ({ id: row.id, name, cells: roomCells(row), at: 2, hour: row.hour, says: messagesLine(row.hour), least: 20 });

/** @param {Health} now */
function show(now) {
  health = now;
  asOf = new Date().toLocaleTimeString();
  byId("as-of").textContent = `As of ${asOf}`;
  byId("stale").hidden = true;
  fresh.told(now.build);
  showWrong(now.wrong);
  showRooms(now.groups);
  nodes.show(now.nodes.map((node) => ({ id: node.node, name: `Node ${node.node}`, cells: nodeCells(node, now.at), at: 3, hour: node.lag ?? [], says: lagLine(node.lag ?? []), least: .05 })));
  byId("door").hidden = true;
  byId("health").hidden = false;
}

/** @param {Health["wrong"]} wrong */
function showWrong(wrong) {
  const list = byId("wrong"), key = JSON.stringify(wrong);
  byId("right").hidden = wrong.length > 0;
  if (list.dataset.shown === key) return; // it is read aloud when it changes
  list.dataset.shown = key;
  list.replaceChildren(...wrong.map(({ words, urgent }) => make("li", { class: urgent ? "urgent" : "" }, words)));
}

/** Nothing is shown to whoever may not see it (any more). @param {string} words */
function close(words) {
  health = null;
  byId("health").hidden = true;
  byId("door").hidden = false;
  byId("to-desk").hidden = false;
  byId("as-of").textContent = "";
  byId("said").textContent = words;
}

/** @param {string} why */
function fail(why) {
  if (!health) { byId("said").textContent = `${why} Asking again every few seconds.`; return; }
  byId("stale").textContent = `${why} What stands here is as of ${asOf}.`;
  byId("stale").hidden = false;
}

/** Gives in how many ms to look again. */
async function look() {
  let answer, said;
  try {
    answer = await fetch("/ops/api/health", { signal: AbortSignal.timeout(PATIENCE_MS) });
    said = await answer.json();
  } catch {
    fail("The server does not answer.");
    return SOON_MS; // the browser's line may lead to a node that hangs: the next one need not
  }
  if (answer.ok) show(said);
  else if (answer.status === 401) close("Please sign in at the desk as an operator or lead, and come back here.");
  else if (answer.status === 403) close(said.error.message);
  else fail(said.error?.code === "unavailable" ? "Redis cannot be reached: nobody can sign in, and what members write is not sent." : "The server could not say how it is.");
  return AGAIN_MS;
}

for (;;) {
  const wait_ms = document.hidden ? AGAIN_MS : await look();
  await new Promise((again) => {
    setTimeout(again, wait_ms);
    if (document.hidden) document.addEventListener("visibilitychange", again, { once: true });
  });
}
