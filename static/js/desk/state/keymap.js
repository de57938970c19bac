// @ts-check
// Which key asks for what on the desk. Single characters can be switched off (WCAG 2.2, 2.1.4) and never count while somebody types. Knows no DOM.

/** @type {[string, string, string][]} key, act, what it does */
export const KEYS = [
  ["j", "next", "Go to the next case"], ["k", "previous", "Go to the one before"], ["w", "words", "Show or hide the words of the case"],
  ["c", "claim", "Claim the case"], ["r", "release", "Release it"], ["x", "close", "Close it, with outcome and reason"],
  ["u", "undo", "Take back what you just did, for ten seconds"], ["?", "keys", "Show this list"],
];
const ACTS = new Map(KEYS.map(([key, act]) => [key, act]));

/** @typedef {{key: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean, isComposing?: boolean, repeat?: boolean}} Press */

/** What a key asks for, or null. A key held down goes on only from case to case.
 *  @param {Press} press @param {{isTyping: boolean, hasDialog: boolean, isOn: boolean}} where @returns {string|null} */
export function wanted(press, { isTyping, hasDialog, isOn }) {
  if (press.ctrlKey || press.metaKey || press.altKey || press.isComposing || hasDialog) return null;
  if (press.key === "Escape") return press.repeat ? null : "back";
  if (!isOn || isTyping) return null;
  const act = ACTS.get(press.key.toLowerCase()) ?? null;
  return press.repeat && act !== "next" && act !== "previous" ? null : act;
}
