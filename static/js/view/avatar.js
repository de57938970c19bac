// @ts-check
// A soft picture for a member id, drawn here: two overlapping shapes and a colour. Nothing is loaded.

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} member */
function number(member) {
  let n = 2166136261;
  for (const c of member) n = Math.imul(n ^ c.charCodeAt(0), 16777619) >>> 0;
  return n;
}

/** @param {string} member */
export function avatar(member) {
  const n = number(member), svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 36 36");
  svg.setAttribute("class", "avatar");
  svg.setAttribute("aria-hidden", "true");
  const shape = (/** @type {string} */ name, /** @type {Record<string, string|number>} */ set) => {
    const part = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(set)) part.setAttribute(key, String(value));
    svg.append(part);
  };
  const colour = (/** @type {number} */ i) => `var(--avatar-${i % 6})`;
  shape("rect", { width: 36, height: 36, fill: colour(n) });
  shape("circle", { cx: 8 + (n >>> 3) % 20, cy: 10 + (n >>> 7) % 18, r: 9 + (n >>> 11) % 6, fill: colour(n + 1 + (n >>> 15) % 4), opacity: 0.85 });
  shape("circle", { cx: 8 + (n >>> 5) % 20, cy: 10 + (n >>> 9) % 18, r: 4 + (n >>> 13) % 5, fill: "var(--surface)", opacity: 0.45 });
  return svg;
}
