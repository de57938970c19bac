// @ts-check
// The crisis lines of one country, and what can honestly be said of each. Knows no DOM.

/** @typedef {{service: string, dial: string, text: string, url: string, hours: string, languages: string, is_confirmed: boolean, checked: string|null}} Line */
/** @typedef {{iso2: string, country: string, lines: Line[]}} Country */

const DIALLED = /^[+*]?\d[\d\s().-]{0,20}$/; // one number and nothing else: only that may become a link that calls

/** @param {Country[]} countries by name as a reader looks for them */
export function byName(countries) { return [...countries].sort((a, b) => a.country.localeCompare(b.country)); }

/** The number as a phone takes it, or null where it is not one number. @param {string} dial */
export function numberOf(dial) { return DIALLED.test(dial.trim()) ? dial.replace(/[^\d+*]/g, "") : null; }

/** A link goes to the web or nowhere. @param {string} url */
export function webOf(url) {
  try { const found = new URL(url); return /^https?:$/.test(found.protocol) ? found.href : null; } catch { return null; }
}

/** How far the entry can be trusted. @param {Line} line @param {string} [language] */
export function trustOf({ is_confirmed, checked }, language) {
  const isKnown = /^\d{4}-\d{2}-\d{2}$/.test(checked ?? ""), long = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
  const when = isKnown ? `Checked on ${long.format(Date.parse(`${checked}T00:00Z`))}` : "The day of the last check is not known";
  return is_confirmed ? `${when}.` : `${when}. Not confirmed: nobody here has called it yet.`;
}

/** @param {string} languages codes with spaces between @param {string} [language] the reader's */
export function languagesOf(languages, language) {
  const names = new Intl.DisplayNames(language ?? "en", { type: "language" });
  return languages.split(/[\s,;]+/).filter(Boolean).map((code) => { try { return names.of(code) ?? code; } catch { return code; } }).join(", ");
}
