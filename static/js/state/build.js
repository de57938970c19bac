// @ts-check
// Whether this page is of another version than the server, and whether they still speak the same. Knows no DOM, no socket.

export const ROOM_PROTOCOL = "alongside.v1+json", DESK_PROTOCOL = "alongside.desk.v1+json";

export const NEWER = "There is a new version of this page. Reload when it suits you.";
export const APART = "The server was updated, and this page no longer fits it. Reload to come back: what you wrote is kept.";

export class Build {
  /** @param {string} own what this page is of @param {number} [needed] so many other ones in a row are believed: while nodes are replaced
   *  one by one, one may hear now this, now that */
  constructor(own, needed = 1) {
    this.own = own;
    this.needed = needed;
    this.others = 0;
  }

  /** The server has told its own. Gives whether this page is an old one. @param {string|undefined} build */
  told(build) {
    this.others = build && this.own && build !== this.own ? this.others + 1 : 0;
    return this.others >= this.needed;
  }
}

/** Whether the server no longer speaks what this page speaks; unknown is no. @param {any} pages what it says of itself @param {string} protocol */
export const isApart = (pages, protocol) => Array.isArray(pages?.speaks) && !pages.speaks.includes(protocol);
