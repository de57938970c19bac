// @ts-check
// What the page asks over HTTP: joining and leaving, the challenge that joining costs, the lists of groups and of lines.

const WORKER = "/static/js/net/proof-worker.js";
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("alongside", {
  createScriptURL: (/** @type {string} */ url) => { if (url !== WORKER) throw new TypeError("not a script of this page"); return url; },
});

export class JoinFault extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) { super(message); this.code = code; }
}

/** @param {string} path @param {any} [body] */
async function ask(path, body) {
  let answer;
  try {
    answer = await fetch(path, body === undefined ? {} : { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  } catch { throw new JoinFault("offline", "There is no connection just now. Please try again."); }
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new JoinFault(said.error?.code ?? "unavailable", said.error?.message ?? "Please try again in a moment.");
  return said;
}

export const groups = () => ask("/api/groups");
export const helplines = () => ask("/api/helplines");
/** @param {string} group */
export const standing = (group) => ask(`/g/${group}/me`);
/** @param {string} group */
export const me = (group) => standing(group).then((said) => said.you);

const UNSOLVED = "This browser could not do the sum that joining asks for. Please reload the page, or try another browser.";

/** A solved challenge for this group. @param {string} group @returns {Promise<any>} */
export async function proof(group) {
  const challenge = await ask(`/g/${group}/challenge`);
  const worker = new Worker(policy ? policy.createScriptURL(WORKER) : WORKER, { type: "module" });
  try {
    return await new Promise((resolve, reject) => {
      const fail = () => reject(new JoinFault("unsolved", UNSOLVED));
      worker.onmessage = ({ data }) => { if (data) resolve(data); else fail(); };
      worker.onerror = fail;
      worker.postMessage(challenge);
    });
  } finally { worker.terminate(); }
}

/** Joins; a proof that ran out while somebody read the agreement is made anew, once, without asking. @param {string} group
 *  @param {string} agreed @param {boolean} remember @param {Promise<any>} solving @returns {Promise<any>} */
export async function join(group, agreed, remember, solving) {
  try {
    return await seat(group, agreed, remember, await solving);
  } catch (fault) {
    if (!(fault instanceof JoinFault) || !/^(proof_|offline)/.test(fault.code)) throw fault;
    return seat(group, agreed, remember, await proof(group));
  }
}

/** @param {string} group @param {string} agreed @param {boolean} remember @param {any} solved */
const seat = (group, agreed, remember, solved) => ask(`/g/${group}/join`, { agreed, remember, proof: solved }).then((said) => said.you);

/** For whoever is out of the group. @param {string} group @param {string} receipt @param {string} words */
export const appeal = (group, receipt, words) => ask(`/g/${group}/appeal`, { receipt, words });

/** Ends the session; keepalive lets it finish after the page has gone. @param {string} group */
export const exit = (group) => fetch(`/g/${group}/exit`, { method: "POST", keepalive: true }).catch(() => undefined);
