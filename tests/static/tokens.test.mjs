// The colours can be read: WCAG 2.2, 1.4.3 (text 4.5 : 1) and 1.4.11 (edges of fields, focus 3 : 1), dark and light.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync(new URL("../../static/css/tokens.css", import.meta.url), "utf8");
const [lightPart, darkPart] = css.split("@media");
const names = (part) => Object.fromEntries([...part.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value.trim()]));
const light = names(lightPart), schemes = { light, dark: { ...light, ...names(darkPart) } };

/** The value of a name as [r, g, b] from 0 to 1. */
function colour(tokens, name) {
  const value = tokens[name], other = /^var\(--([\w-]+)\)$/.exec(value);
  if (other) return colour(tokens, other[1]);
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/.exec(value)?.[1];
  assert.ok(hex, `${name}: ${value}`);
  return (hex.length === 3 ? [...hex].map((c) => c + c) : hex.match(/../g)).map((pair) => parseInt(pair, 16) / 255);
}

/** WCAG's relative luminance. */
const luminance = (rgb) => rgb.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const contrast = (a, b) => { const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y); return (high + 0.05) / (low + 0.05); };

const TEXT = [["text", ["page", "surface", "surface-mine", "sunk"]], ["text-soft", ["page", "surface", "surface-mine"]], ["text-fine", ["page", "surface"]],
  ["accent", ["page", "surface"]], ["on-accent", ["accent", "accent-strong"]], ["on-notice", ["notice", "page"]],
  ["on-danger", ["danger"]], ["on-danger-soft", ["danger-soft"]], ["on-marked", ["marked"]], ["text-soft", ["sunk"]]];
const EDGES = [["line-strong", ["page", "surface"]], ["focus", ["page", "surface"]]];

for (const [scheme, tokens] of Object.entries(schemes)) {
  for (const [least, pairs] of [[4.5, TEXT], [3, EDGES]]) {
    for (const [front, backs] of pairs) for (const back of backs) test(`${front} on ${back} has ${least} : 1 when it is ${scheme}`, () => {
      const found = contrast(colour(tokens, front), colour(tokens, back));
      assert.ok(found >= least, found.toFixed(2));
    });
  }
}
