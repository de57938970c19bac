// @ts-check
// What a moderator chose for this browser: sound, notifications, single keys. Kept in localStorage; everything that could startle is off at first.

import { byId } from "../view/make.js";
import { sound, wakeSound } from "./alarm.js";

const KEY = "desk-choices";
const FIRST = { sound: false, notices: false, keys: true };

export class Choices {
  constructor() {
    this.now = { ...FIRST, ...kept() };
    this.now.notices &&= mayNotify();
    byId("choices-open").addEventListener("click", () => byId("choices").showModal());
    byId("choices-close").addEventListener("click", () => byId("choices").close());
    byId("choices").addEventListener("close", () => say(""));
    byId("sound-try").addEventListener("click", async () => say(await sound() ? "That was it." : "This browser lets no sound through just now."));
    if (this.now.sound) wakeSound().then((isHeard) => { byId("sound-waits").hidden = isHeard; }); // most browsers wait for a key or a click
    for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, () => this.#woken(), { once: true });
    this.#box("sound", async () => true);
    this.#box("keys", async () => true);
    this.#box("notices", async () => mayNotify() || await askToNotify());
  }

  #woken() {
    byId("sound-waits").hidden = true;
    if (this.now.sound) wakeSound();
  }

  /** @param {"sound"|"notices"|"keys"} name @param {() => Promise<boolean>} may asked before it is switched on */
  #box(name, may) {
    const box = byId(`choice-${name}`);
    box.checked = this.now[name];
    box.addEventListener("change", async () => {
      this.now[name] = box.checked = box.checked && await may();
      try { localStorage.setItem(KEY, JSON.stringify(this.now)); } catch { /* private mode: it lasts until the page is closed */ }
    });
  }
}

function kept() {
  try { return JSON.parse(localStorage.getItem(KEY) ?? "{}"); } catch { return {}; }
}

const mayNotify = () => "Notification" in window && Notification.permission === "granted";

async function askToNotify() {
  if ("Notification" in window && await Notification.requestPermission() === "granted") return true;
  say("This browser does not allow notifications from here. Its own settings for this site can change that.");
  return false;
}

/** @param {string} words */
function say(words) { byId("choices-said").textContent = words; }
