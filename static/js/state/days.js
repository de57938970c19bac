// @ts-check
// Days and times as a person reads them. The time zone is the reader's, or an argument. Knows no DOM.

/** @param {number} at_ms @param {string} [zone] a key that is equal for moments of one day */
export function dayOf(at_ms, zone) {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(at_ms);
}

/** @param {number} at_ms @param {number} now_ms @param {string} [language] @param {string} [zone] */
export function dayName(at_ms, now_ms, language, zone) {
  const day = dayOf(at_ms, zone);
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const name = day === dayOf(now_ms, zone) ? relative.format(0, "day") : day === dayOf(now_ms - 86_400_000, zone) ? relative.format(-1, "day")
    : new Intl.DateTimeFormat(language, { timeZone: zone, weekday: "long", day: "numeric", month: "long" }).format(at_ms);
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
}

/** @param {number} at_ms @param {string} [language] @param {string} [zone] */
export function timeOf(at_ms, language, zone) {
  return new Intl.DateTimeFormat(language, { timeZone: zone, timeStyle: "short" }).format(at_ms);
}

/** Day and time, for what may be some days away. @param {number} at_ms @param {string} [language] @param {string} [zone] */
export function whenOf(at_ms, language, zone) {
  return new Intl.DateTimeFormat(language, { timeZone: zone, dateStyle: "medium", timeStyle: "short" }).format(at_ms);
}
