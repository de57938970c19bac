// @ts-check
// What this desk asks about cases: claim, renew, release, close, and other acts. Keeps the leases true to the answers. Knows no page.

import { ask, Refused } from "./ask.js";
import { Leases } from "./state/leases.js";

const UNCLAIMED = new Refused("unclaimed", "Please claim the case first. What you have typed is kept.");

export class Claims {
  /** @param {import("./state/queue.js").Queue} queue @param {{changed: () => void, ended: () => void, heavy: () => void}} on `ended`: the session is over; `heavy`: a crisis was closed */
  constructor(queue, on) {
    this.queue = queue;
    this.on = on;
    this.leases = new Leases();
    this.skew_ms = 0; // what the server's clock is ahead of this one
  }

  /** The server's time, ms. */
  now() { return Date.now() + this.skew_ms; }

  /** Gives the cases that became this moderator's without being asked for here. @param {{cases: import("./state/terms.js").Case[], now: number}} told */
  told({ cases, now }) {
    this.skew_ms = now - Date.now();
    return this.leases.told(cases, now);
  }

  /** A case that is ours already, by another window perhaps, is renewed here too. @param {import("./state/terms.js").Case} one */
  opened({ id, claim }) { if (claim?.is_mine) this.leases.took(id, claim.until); }

  /** @param {string} id */
  claim(id) {
    return this.#order(id, `cases/${id}/claim`, {}, ({ claim }) => { this.leases.took(id, claim.until); this.queue.claimed(id, claim); });
  }

  /** @param {string} id */
  release(id) {
    return this.#order(id, `cases/${id}/release`, {}, () => { this.leases.gave(id); this.queue.claimed(id, null); });
  }

  /** @param {string} id @param {{outcome: string, reason: string}} words */
  close(id, words) {
    if (!this.leases.held.has(id)) return Promise.resolve(UNCLAIMED);
    return this.#order(id, `cases/${id}/close`, words, ({ offer_pause }) => { this.leases.gave(id); this.queue.closed(id); if (offer_pause) this.on.heavy(); });
  }

  /** @param {string} id @param {import("./state/catalogue.js").Act} act @param {string} path @param {object} order @returns {Promise<{fault: Refused|null, answer: any}>} */
  async act(id, act, path, order) {
    if (!act.isFree && !this.leases.held.has(id)) return { fault: UNCLAIMED, answer: null };
    let answer = null;
    const fault = await this.#order(id, path, order, (told) => { answer = told; });
    if (!fault && (act.ends || act.gives)) this.leases.gave(id);
    if (!fault && act.ends) this.queue.closed(id);
    return { fault, answer };
  }

  /** Renews what must be renewed now. */
  renew() { for (const id of this.leases.due(this.now())) this.#ask(id, `cases/${id}/renew`, {}, ({ claim }) => this.#renewed(id, claim.until)); }

  /** Released meanwhile: the answer is too late. @param {string} id @param {number} until_ms */
  #renewed(id, until_ms) { if (this.leases.held.has(id)) this.leases.took(id, until_ms); }

  /** Asks what changes who has a case: until the answer, what the queue tells of it may be older or newer.
   *  @param {string} id @param {string} path @param {object} body @param {(answer: any) => void} then */
  async #order(id, path, body, then) {
    this.leases.asked.add(id);
    try { return await this.#ask(id, path, body, then); } finally { this.leases.asked.delete(id); }
  }

  /** @param {string} id @param {string} path @param {object} body @param {(answer: any) => void} then @returns {Promise<Refused|null>} what went wrong */
  async #ask(id, path, body, then) {
    try {
      then(await ask(path, body));
      return null;
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      if (fault.code === "not_signed_in") this.on.ended();
      if (fault.code === "lost" || (fault.code === "not_found" && path.startsWith("cases/"))) this.leases.missed(id);
      return fault;
    } finally {
      this.on.changed();
    }
  }
}
