// @ts-check
// Leaving at once: one key or button, and the page is empty. What must be told to the server is told behind its back.

import { forget } from "../net/kept.js";

/** @param {() => void} [also] */
export function quickExit(also) {
  const go = () => {
    document.title = "New tab";
    document.body.replaceChildren();
    forget();
    try { also?.(); } finally { location.replace("about:blank"); } // needs no network, and shows no address of ours
  };
  document.getElementById("quick-exit")?.addEventListener("click", go);
  // Escape that closes something, or ends a composed character, has done its work. With the focus in the composer it always leaves.
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing && !document.querySelector("dialog[open]")) go();
  });
}
