// @ts-check
// The private card of one member: whether there is one, and whether it is open. The server says it again at each return while it stands;
// what the person closed stays closed. Knows no DOM.

export class Card {
  /** @param {string|null} closed the card that was closed before a reload */
  constructor(closed = null) {
    /** @type {string|null} */ this.id = null;
    /** @type {string|null} */ this.closed = closed;
  }

  get isOpen() { return this.id !== null && this.id !== this.closed; }

  /** Tells whether the person sees it for the first time. @param {string} id */
  came(id) {
    const isNew = id !== this.id && id !== this.closed;
    this.id = id;
    return isNew;
  }

  close() { this.closed = this.id; }

  reopen() { this.closed = null; }

  /** Misread: it stands no longer. */
  gone() { this.id = null; }
}
