/** Requests to the sandbox server; docs/reference/sandbox-page-api.md is the contract. */

import { explain } from "./refusals.js";

/** Who this tab is; set once at boot. */
export const session = { user: null };

/** A refusal or failure, with a sentence a person can read. */
export class Refusal extends Error {
  constructor(answer) {
    super(explain(answer));
    this.answer = answer;
  }
}

async function answerOf(request) {
  try {
    const response = await request;
    return await response.json();
  } catch {
    return {
      ok: false,
      error: "unreachable",
      message: "The sandbox did not answer. Is it still running?",
    };
  }
}

/**
 * Asks for something.
 *
 * @param {string} path below `/_sandbox/`
 * @param {object} query `user` is added
 * @throws {Refusal} when the answer is not `ok`
 */
export async function ask(path, query = {}) {
  const address = new URL(`/_sandbox/${path}`, location.origin);
  const parameters = session.user ? { user: session.user, ...query } : query;
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null) address.searchParams.set(name, value);
  }
  const answer = await answerOf(fetch(address));
  if (!answer.ok) throw new Refusal(answer);
  return answer;
}

/** Does something as this person; resolves to the answer, also when it is a refusal. */
export function gesture(name, fields = {}) {
  const body = JSON.stringify({ user: session.user, gesture: name, ...fields });
  const headers = { "Content-Type": "application/json" };
  return answerOf(fetch("/_sandbox/gesture", { method: "POST", headers, body }));
}

/** Uploads files, into a channel or (without one) for a modal's file input. */
export function upload(files, fields = {}) {
  const form = new FormData();
  form.set("gesture", JSON.stringify({ user: session.user, gesture: "upload", ...fields }));
  for (const file of files) form.append("file", file, file.name);
  return answerOf(fetch("/_sandbox/gesture", { method: "POST", body: form }));
}

/** What Slack would refuse in Block Kit given as JSON text. */
export function check(text) {
  return answerOf(fetch("/_sandbox/gallery", { method: "POST", body: text }));
}

/** Where a file of the workspace is served. */
export function fileAddress(id, { download = false } = {}) {
  return `/_sandbox/file/${encodeURIComponent(id)}${download ? "?download=1" : ""}`;
}

/** The text of a stored file. */
export async function fileText(id) {
  const response = await fetch(fileAddress(id));
  if (!response.ok) throw new Refusal({ error: "file_not_found", message: "That file is gone." });
  return response.text();
}
