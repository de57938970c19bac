// @ts-check
// The two ceremonies of WebAuthn: registering a passkey, and signing in with one. Knows no page.

import { ask, Refused } from "./ask.js";

/** What the person broke off is no fault of anybody's. @param {() => Promise<Credential|null>} wanted @returns {Promise<any>} */
async function credential(wanted) {
  try {
    const given = await wanted();
    if (given) return /** @type {any} */ (given).toJSON();
  } catch (fault) {
    if (!(fault instanceof DOMException)) throw fault;
  }
  throw new Refused("broken_off", "That was broken off. Nothing has changed; you can try again.");
}

/** Whether this browser can do it at all. */
export const isPossible = () => "PublicKeyCredential" in window && "parseCreationOptionsFromJSON" in PublicKeyCredential;

/** Needs a session. @throws {Refused} */
export async function register() {
  const { ceremony, options } = await ask("passkey/options", {});
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return ask("passkey", { ceremony, credential: await credential(() => navigator.credentials.create({ publicKey })) });
}

/** Opens a session. @throws {Refused} */
export async function signIn() {
  const { ceremony, options } = await ask("signin/options", {});
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return ask("signin", { ceremony, credential: await credential(() => navigator.credentials.get({ publicKey })) });
}
