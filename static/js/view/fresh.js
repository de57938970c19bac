// @ts-check
// The line that there is a new version of this page. Nothing reloads by itself: somebody may be in the middle of a sentence.

import { APART, Build, isApart, NEWER } from "../state/build.js";
import { byId } from "./make.js";

export class Fresh {
  /** @param {number} [needed] how many tellings in a row are believed */
  constructor(needed) {
    this.build = new Build(/** @type {any} */ (document.querySelector('meta[name="build"]'))?.content ?? "", needed);
    this.isApart = false;
    byId("fresh-reload").addEventListener("click", () => location.reload());
    byId("fresh-later").addEventListener("click", () => this.#show(""));
  }

  /** The server has told its build. @param {string|undefined} build */
  told(build) { if (!this.isApart) this.#show(this.build.told(build) ? NEWER : ""); }

  /** A socket was refused: perhaps the server no longer speaks what this page does. Gives whether it is so. @param {string} protocol */
  async refused(protocol) {
    const pages = await fetch("/api/pages").then((answer) => answer.json()).catch(() => null); // unreachable: nobody knows yet
    if (!isApart(pages, protocol)) return false;
    this.isApart = true;
    byId("fresh-later").hidden = true;
    this.#show(APART);
    return true;
  }

  /** @param {string} words */
  #show(words) {
    byId("fresh").hidden = !words;
    byId("fresh-words").textContent = words;
  }
}
