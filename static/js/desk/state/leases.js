// @ts-check
// The claims this desk holds, and when each must be renewed. A lease is 90 s of the server's time; only the server says that one is lost.
// Times are arguments, in ms of the server's clock. Knows no DOM and no clock.

const RENEW_BEFORE_MS = 60_000; // a third of the lease has passed: two more tries fit before it ends, though a hidden tab's timers run once a minute
const AGAIN_MS = 5_000;         // after a try that did not arrive

export class Leases {
  constructor() {
    /** @type {Map<string, {until_ms: number, next_ms: number}>} */ this.held = new Map();
    /** @type {Set<string>} */ this.lost = new Set();
    /** @type {Set<string>} what is asked and not answered: a telling may be older than the answer, or newer */ this.asked = new Set();
    /** @type {Set<string>} given back, though the queue may not know it yet */ this.given = new Set();
  }

  /** Claimed or renewed until then. @param {string} id @param {number} until_ms */
  took(id, until_ms) {
    this.held.set(id, { until_ms, next_ms: until_ms - RENEW_BEFORE_MS });
    for (const known of [this.lost, this.asked, this.given]) known.delete(id);
  }

  /** Given back, or closed: it is no loss. @param {string} id */
  gave(id) { this.held.delete(id); this.lost.delete(id); this.given.add(id); }

  /** The server says it is ours no longer. @param {string} id */
  missed(id) { if (this.held.delete(id)) this.lost.add(id); }

  /** Which to renew now; each is given once until the answer, or `AGAIN_MS`. @param {number} now_ms @returns {string[]} */
  due(now_ms) {
    const due = [...this.held].filter(([id, { next_ms }]) => next_ms <= now_ms && !this.asked.has(id));
    for (const [, lease] of due) lease.next_ms = now_ms + AGAIN_MS;
    return due.map(([id]) => id);
  }

  /** The queue was told: what it does not show as ours is asked about at once, for the telling may be older than the claim. Gives the cases that
   *  are ours without our asking: handed over, or claimed in another window. They are held from now on.
   *  @param {import("./terms.js").Case[]} cases @param {number} now_ms */
  told(cases, now_ms) {
    const mine = new Map(cases.filter((one) => one.claim?.is_mine).map((one) => [one.id, one]));
    for (const [id, lease] of this.held) if (!mine.has(id) && !this.asked.has(id)) lease.next_ms = Math.min(lease.next_ms, now_ms);
    for (const id of this.given) if (!mine.has(id)) this.given.delete(id);
    const came = [...mine.values()].filter(({ id }) => !this.held.has(id) && !this.given.has(id) && !this.asked.has(id));
    for (const { id, claim } of came) this.took(id, claim?.until ?? 0);
    return came;
  }

  /** How a case stands with this desk; "unsure" when its lease should be over and nobody has said so.
   *  @param {string} id @param {number} now_ms @returns {"held"|"unsure"|"lost"|"none"} */
  standing(id, now_ms) {
    const lease = this.held.get(id);
    if (lease) return lease.until_ms > now_ms ? "held" : "unsure";
    return this.lost.has(id) ? "lost" : "none";
  }
}
