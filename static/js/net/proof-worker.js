// @ts-check
// Solves a join challenge (ALTCHA, version 2) away from the page, with the browser's own PBKDF2.

/** @param {string} hex */
const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
/** @param {Uint8Array} raw */
const hex = (raw) => Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The smallest counter whose key begins as asked. @param {any} parameters */
export async function solve({ nonce, salt, cost, keyLength, keyPrefix }) {
  const start = bytes(nonce), salted = bytes(salt), password = new Uint8Array(start.length + 4), view = new DataView(password.buffer);
  password.set(start);
  for (let counter = 0; ; counter++) {
    view.setUint32(start.length, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: salted, iterations: cost }, key, keyLength * 8);
    const derivedKey = hex(new Uint8Array(bits));
    if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
  }
}

if (typeof self !== "undefined" && "postMessage" in self) {
  self.addEventListener("message", async (/** @type {any} */ event) => {
    const challenge = event.data;
    // A rejected promise reaches no `onerror`: what went wrong is said, or the page would wait for ever.
    try { self.postMessage({ challenge, solution: await solve(challenge.parameters) }); } catch { self.postMessage(null); }
  });
}
