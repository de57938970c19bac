// @ts-check
// Asks the desk's HTTP. Knows no page and no passkey.

export class Refused extends Error {
  /** @param {string} code @param {string} message for the person */
  constructor(code, message) { super(message); this.code = code; }
}

/** @param {string} path below /desk/api/ @param {object} [body] posts when given @returns {Promise<any>} @throws {Refused} */
export async function ask(path, body) {
  const options = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  let answer;
  try {
    answer = await fetch(`/desk/api/${path}`, options);
  } catch {
    throw new Refused("unreachable", "The server cannot be reached just now. Please try again.");
  }
  if (answer.status === 204) return null;
  const said = await answer.json();
  if (!answer.ok) throw new Refused(said.error.code, said.error.message);
  return said;
}
