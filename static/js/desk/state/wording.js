// @ts-check
// What a moderator can put into their own words when a life may be at risk: plain, and true where the member is. Says what nobody here has
// tried. Nothing is sent by it. Knows no DOM.

/** @typedef {import("../../state/lines.js").Line} Line */

export const NOW = "If your life may be in danger right now, please call your local emergency number, or have somebody near you call it. I stay here while you do.";

/** How a line is passed on. @param {string} country @param {Line} line */
export function passOn(country, { service, dial, text, hours, is_confirmed }) {
  const ways = [dial && `call ${dial}`, text].filter(Boolean).join("; "), when = hours ? ` (${hours})` : "";
  const how = ways ? `: ${ways}${when}.` : `${when}.`;
  return `In ${country} there is also ${service}${how}${is_confirmed ? "" : " We have not called there ourselves."}`;
}

/** What stands in the field, with this after it. @param {string} written @param {string} words */
export const joined = (written, words) => written.trim() ? `${written.trimEnd()}\n\n${words}` : words;
