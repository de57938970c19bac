// @ts-check
// What was asked of the moderators and is not confirmed: one thing at a time, for an answer does not say which it answers beyond its kind.
// Law: every ask ends, with "" when it was received, or with what to tell the person. Knows no DOM, no socket.

const AWAY = "The connection is lost just now. Please try again when it is back.";
const CUT = "The connection was lost before this was confirmed. Please try again.";
const ONE = "One moment, something else is still on its way.";

export class Asks {
  /** @param {(frame: any) => boolean} send whether it could be sent */
  constructor(send) {
    this.send = send;
    /** @type {{of: string, end: (words: string) => void}|null} */ this.pending = null;
  }

  /** @param {any} frame @returns {Promise<string>} */
  ask(frame) {
    if (this.pending) return Promise.resolve(ONE);
    if (!this.send(frame)) return Promise.resolve(AWAY);
    return new Promise((end) => { this.pending = { of: frame.do, end }; });
  }

  /** @param {string} of */
  received(of) { if (this.pending?.of === of) this.#end(""); }

  /** @param {string} message */
  refused(message) { this.#end(message); }

  lost() { this.#end(CUT); }

  /** @param {string} words */
  #end(words) {
    const pending = this.pending;
    this.pending = null;
    pending?.end(words);
  }
}
