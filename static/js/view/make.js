// @ts-check
// Elements with text nodes only: nothing a person wrote is ever read as markup.

/** @param {string} name @param {Record<string, any>} [set] `on...` listens; undefined and false set nothing @param {...(Node|string)} inside @returns {any} */
export function make(name, set = {}, ...inside) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(set)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...inside);
  return element;
}

/** @param {string} id @returns {any} */
export const byId = (id) => document.getElementById(id);

/** Whether there is a keyboard and a pointer rather than a touch screen. */
export const hasKeyboard = () => matchMedia("(hover: hover)").matches;
