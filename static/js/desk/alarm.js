// @ts-check
// New danger, told as its reader chose: two soft tones, a notification without words, the title's count, and a line read aloud.

import { byId } from "../view/make.js";
import { aboutOf, levelWord } from "./state/terms.js";
import { titleFor } from "./state/queue.js";

/** @typedef {import("./state/terms.js").Case} Case */

const TONES_HZ = [523, 659]; // a third, rising: clear in a quiet room, and no siren
const TONE_S = 0.35, LOUD = 0.16;
/** @type {AudioContext|null} */ let audio = null;

/** Whether a sound can be heard now: browsers wait for a key or a click first. @returns {Promise<boolean>} */
export async function wakeSound() {
  if (!("AudioContext" in window)) return false;
  audio ??= new AudioContext();
  await Promise.race([audio.resume(), new Promise((done) => setTimeout(done, 300))]); // without a gesture it waits for ever
  return audio.state === "running";
}

/** Plays the two tones, made here: nothing is loaded. @returns {Promise<boolean>} whether they could be heard */
export async function sound() {
  if (!await wakeSound() || !audio) return false;
  TONES_HZ.forEach((pitch, i) => tone(/** @type {AudioContext} */ (audio), pitch, i * TONE_S * 0.7));
  return true;
}

/** @param {AudioContext} on @param {number} pitch_hz @param {number} after_s */
function tone(on, pitch_hz, after_s) {
  const from = on.currentTime + after_s, voice = on.createOscillator(), level = on.createGain();
  voice.frequency.value = pitch_hz;
  level.gain.setValueAtTime(0, from);
  level.gain.linearRampToValueAtTime(LOUD, from + 0.03);
  level.gain.exponentialRampToValueAtTime(0.001, from + TONE_S);
  voice.connect(level).connect(on.destination);
  voice.start(from);
  voice.stop(from + TONE_S);
}

/** No words and no names: it may stand on a locked screen. @param {Case} one */
export function notify(one) {
  try {
    new Notification(`Desk: ${levelWord(one.level)}`, { body: one.group.title, tag: "desk" });
  } catch { /* some phones let only service workers notify: the page has none, and the choice said so */ }
}

/** @param {Case[]} calls danger that came just now, or still waits @param {{sound: boolean, notices: boolean}} choices @param {string} [opening] */
export function ring(calls, choices, opening = "New case.") {
  if (!calls.length) return;
  const isCrisis = calls.some((one) => one.level === "crisis");
  byId(isCrisis ? "alarm-now" : "alarm").replaceChildren(...calls.map((one) => `${opening} ${levelWord(one.level)}: ${aboutOf(one)}, ${one.group.title}. `));
  if (choices.sound) sound();
  if (choices.notices && !document.hasFocus()) notify(calls[0]);
}

/** Somebody this moderator talks with calls, while they look at something else. @param {string} words @param {{sound: boolean}} choices */
export function callBack(words, choices) {
  byId("alarm").textContent = words;
  if (choices.sound) sound();
}

/** @param {number} count danger cases that nobody has */
export function count(count) { document.title = titleFor(count); }
