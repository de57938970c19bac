// @ts-check
// One tab stop for a whole list: arrow keys, Home and End move inside it.

/** @param {any} list @param {string} what a selector of the things to move among @param {number} [first] where Tab arrives: by itself at the last
 *  @returns {{settle: () => void}} */
export function rove(list, what, first = -1) {
  const stops = () => /** @type {any[]} */ ([...list.querySelectorAll(what)]);
  const choose = (/** @type {any} */ stop) => { for (const each of list.querySelectorAll(`${what}[tabindex="0"]`)) each.tabIndex = -1; if (stop) stop.tabIndex = 0; };
  list.addEventListener("focusin", (/** @type {any} */ event) => { if (event.target.matches(what)) choose(event.target); });
  list.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const all = stops(), at = all.indexOf(event.target);
    if (at < 0) return;
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || !all[to]) return;
    event.preventDefault();
    all[to].focus();
  });
  // Where Tab arrives is chosen anew, unless somebody is in the list just now.
  return { settle: () => { if (!list.contains(document.activeElement)) choose(stops().at(first)); } };
}
