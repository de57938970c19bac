// @ts-check
// What this tab keeps over a reload (sessionStorage), where the browser lets it. Nothing else of the page stores anything.

/** @param {string} key @param {any} value */
export function keep(key, value) {
  try { sessionStorage.setItem(key, JSON.stringify(value)); } catch { /* private mode or full: the page goes on from memory */ }
}

/** @param {string} key @param {any} otherwise */
export function kept(key, otherwise) {
  try { return JSON.parse(sessionStorage.getItem(key) ?? "null") ?? otherwise; } catch { return otherwise; }
}

/** @param {string} [key] without it, everything */
export function forget(key) {
  try { if (key) sessionStorage.removeItem(key); else sessionStorage.clear(); } catch { /* nothing kept, nothing to forget */ }
}
