// @ts-check
// What came while nobody was reading: how many, and where it began. Knows no DOM.

export class Unread {
  constructor() {
    this.count = 0;
    /** @type {string|null} where the mark line stands; it stays when all is read, until something else is missed */ this.mark = null;
  }

  /** Somebody else's message came. Tells whether the mark line belongs before it. @param {string} pos @param {boolean} isRead */
  came(pos, isRead) {
    if (isRead) return false;
    if (this.count++ > 0) return false;
    this.mark = pos;
    return true;
  }

  read() { this.count = 0; }
}
