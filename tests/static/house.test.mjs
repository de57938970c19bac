// The rules of the house for what browsers get: checked types, text nodes only, nothing from elsewhere, colours in one place.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../../static/", import.meta.url);
const files = readdirSync(root, { recursive: true }).filter((name) => /\.(js|css|html)$/.test(name)).map((name) => [name.replaceAll("\\", "/"), readFileSync(new URL(name, root), "utf8")]);
const of = (kind) => files.filter(([name]) => name.endsWith(kind));
const COLOUR = /#[0-9a-f]{3,8}\b|\b(rgb|hsl|oklch)a?\(/i;

test("there is something to look at", () => { for (const kind of [".js", ".css", ".html"]) assert.ok(of(kind).length > 1, kind); });

test("every module is checked, and says in its head what it is for", () => {
  for (const [name, text] of of(".js")) assert.match(text, /^\/\/ @ts-check\n\/\/ \S/, name);
});

test("words become text nodes only", () => {
  for (const [name, text] of of(".js")) assert.doesNotMatch(text, /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|eval|setHTML\w*|createContextualFragment)\b/, name);
  for (const [name, text] of of(".html")) assert.doesNotMatch(text, /<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=/, name);
});

test("nothing is loaded from elsewhere", () => {
  for (const [name, text] of files) assert.doesNotMatch(text.replaceAll("http://www.w3.org/2000/svg", ""), /\bhttps?:\/\/|["'(]\/\/\w/, name);
});

test("state knows no DOM, no socket, no clock and no chance", () => {
  const states = of(".js").filter(([name]) => name.includes("/state/"));
  assert.ok(states.length > 8);
  for (const [name, text] of states) assert.doesNotMatch(text.replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, ""), /\b(document|window|WebSocket|fetch|sessionStorage|localStorage|setTimeout|Math\.random|Date\.now|performance)\b/, name);
});

test("colours stand in tokens.css only", () => {
  for (const [name, text] of of(".css")) if (!name.endsWith("tokens.css")) assert.doesNotMatch(text, COLOUR, name);
  for (const [name, text] of of(".js")) assert.doesNotMatch(text, /["'`]#[0-9a-f]{3,8}["'`]/i, name);
});

test("whatever moves asks first whether it may", () => {
  for (const [name, text] of of(".css")) for (const found of text.matchAll(/\b(transition|animation|scroll-behavior)\b/g)) {
    const before = text.slice(0, found.index), asked = before.lastIndexOf("prefers-reduced-motion: no-preference");
    assert.ok(asked > before.lastIndexOf("\n}") && asked > 0 && !before.slice(asked).includes("\n@media"), `${name}: ${found[0]}`);
  }
});
