// @ts-check
// Every act of the desk: what it is called, what it does, and what it must be told. Knows no DOM.

/** @typedef {import("./terms.js").Case} Case */
/** @typedef {"text"|"seconds"|"level"|"on"|"to"|"is_sure"|"reason"} Field */
/** @typedef {"decision"|"talk"|"message"|"person"|"room"|"case"} Of what it is about */
/** @typedef {{act: string, of: Of, name: string, about: string, done: string, fields: Field[], label?: string, options?: [string, string][], isLogged?: boolean,
 *   path?: (one: Case) => string, set?: object, ends?: boolean, gives?: boolean, isFree?: boolean}} Act
 *   `isLogged`: the reason is for the log alone; `path`: asked for at a place of its own; `set`: what is sent besides; `ends`: the case is closed by it;
 *   `gives`: the claim goes with it; `isFree`: needs no claim */

const SECOND = ", once a second moderator agrees";
/** @type {[string, string][]} */ const MUTES = [["600", "10 minutes"], ["3600", "1 hour"], ["21600", "6 hours"], ["86400", "24 hours"], ["259200", `3 days${SECOND}`], ["604800", `7 days${SECOND}`]];
/** @type {[string, string][]} */ const OUTS = [["3600", "1 hour"], ["86400", "24 hours"], ["604800", `7 days${SECOND}`], ["2592000", `30 days${SECOND}`]];
/** @type {[string, string][]} */ const PACES = [["10", "10 seconds between two messages"], ["30", "30 seconds"], ["60", "1 minute"], ["300", "5 minutes"], ["0", "As fast as they like again"]];
/** @type {[string, string][]} */ const LEVELS = [["crisis", "Crisis"], ["red", "Urgent"], ["amber", "Soon"], ["green", "No hurry"]];
const APPEAL = "They are told why, for how long, and how to ask for another look.";

/** @param {Case} one */ const end = ({ handoff }) => `handoffs/${handoff?.id}/close`;
/** @param {Case} one */ const decide = ({ id }) => `cases/${id}/decide`;

/** @type {Record<string, Act>} by name */
export const ACTS = Object.fromEntries(/** @type {Act[]} */ ([
  { act: "confirm", of: "decision", path: ({ id }) => `cases/${id}/confirm`, ends: true, name: "Agree", about: "The limit lasts as long as the first moderator wanted. If you do not agree, close the case: then it ends after 24 hours.", done: "You agreed. The case is closed.", isLogged: true, fields: ["reason"] },
  { act: "uphold", of: "decision", path: decide, set: { uphold: true }, ends: true, name: "Let it stand", about: "What was decided stays as it is. They are told so, with your reason.", done: "It stands. The case is closed.", fields: ["reason"] },
  { act: "lift", of: "decision", path: decide, set: { uphold: false }, ends: true, name: "Lift it", about: "What was decided ends now. They are told so, with your reason.", done: "It is lifted. The case is closed.", fields: ["reason"] },
  { act: "let_through", of: "decision", name: "Let it through", about: "It comes into the room, after what was said meanwhile. Its author is told.", done: "The message is in the room.", fields: ["reason"] },
  { act: "give_back", of: "decision", name: "Give it back", about: "Nobody sees it. Its author gets it back with your reason. This cannot be undone.", done: "The message went back to its author.", fields: ["reason"] },
  { act: "return", of: "talk", path: ({ handoff }) => `handoffs/${handoff?.id}/return`, name: "End the talk, back to the group", about: "The talk ends, and they are shown the way back. The case stays yours.", done: "The talk has ended.", isLogged: true, fields: ["reason"] },
  { act: "end", of: "talk", path: end, name: "End the talk otherwise", about: "The talk ends without the way back to the group. The case stays yours.", done: "The talk has ended.", isLogged: true, fields: ["reason"] },
  { act: "withdraw", of: "talk", path: end, name: "Take the offer back", about: "The offer goes away, as if it had run out.", done: "The offer is taken back.", isLogged: true, fields: ["reason"] },
  { act: "offer", of: "talk", path: ({ id }) => `cases/${id}/offer`, name: "Offer to talk, only you two", about: "They are asked, and can say yes, no or nothing. Nobody else sees it. For a yes, a private room opens for you both.", done: "They have your offer.", fields: [] },
  { act: "look_in", of: "talk", path: ({ handoff }) => `handoffs/${handoff?.id}/look_in`, isFree: true, name: "Look into the talk", about: "Both are told first that a second moderator looks in. You read along, and write nothing.", done: "They are told. You can go in now.", isLogged: true, fields: ["reason"] },
  { act: "word", of: "person", name: "Write to them", about: "Only this member reads it, now or when they come back.", done: "Your word is with them.", isLogged: true, fields: ["text", "reason"] },
  { act: "say", of: "room", name: "Answer in the room", about: "Everybody in the room reads it, from “Moderator”, without your name.", done: "It is in the room.", isLogged: true, fields: ["text", "reason"] },
  { act: "fold", of: "message", name: "Fold the message", about: "Others see your reason, and a button that opens it.", done: "The message is folded.", fields: ["reason"] },
  { act: "remove", of: "message", name: "Remove the message", about: "Its words leave the room. Its author is told why, and how to ask for another look.", done: "The message is removed.", fields: ["reason"] },
  { act: "restore", of: "message", name: "Show it again", about: "A message that was folded or removed stands there as before.", done: "The message is back.", fields: ["reason"] },
  { act: "mute", of: "person", name: "Mute them for a time", about: `They go on reading, and can still reach moderators. ${APPEAL}`, done: "They are muted.", fields: ["seconds", "reason"], options: MUTES },
  { act: "exclude", of: "person", name: "Take them out for a time", about: `They leave the whole group until then, at once. ${APPEAL}`, done: "They are out of the group.", fields: ["seconds", "reason"], options: OUTS },
  { act: "slow", of: "room", name: "Slow the room down", about: "Each member writes once in so long. The room is told, with your reason.", done: "The room has a new pace.", fields: ["seconds", "reason"], label: "How fast", options: PACES },
  { act: "quiet", of: "room", name: "Only moderators write", about: "Everybody reads, and only moderators write. The room is told, with your reason.", done: "The room is told.", fields: ["on", "reason"], label: "Who writes", options: [["yes", "Only moderators"], ["no", "Everybody again"]] },
  { act: "lock", of: "room", name: "Close the room to newcomers", about: "Who is here stays; whoever comes now sits in another room. The room is told, with your reason.", done: "The room is told.", fields: ["on", "reason"], label: "Who comes in", options: [["yes", "Nobody new"], ["no", "Newcomers again"]] },
  { act: "level", of: "case", name: "Raise or lower it", about: "The case moves in the queue of everybody.", done: "The case has a new level.", isLogged: true, fields: ["level", "reason"], label: "How soon somebody must look", options: LEVELS },
  { act: "hand_over", of: "case", gives: true, name: "Hand it over", about: "It goes to the colleague you name, or to anybody. They read your reason.", done: "The case is handed over.", isLogged: true, fields: ["to", "reason"] },
]).map((act) => [act.act, act]));
