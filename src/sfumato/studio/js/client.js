// @ts-check
/** The one place that talks to the server. Knows the wire, nothing about the page. */

import { emit } from "./events.js";
import { events } from "./sse.js";

/** @typedef {import("./types.js").Picture} Picture */

const ALIAS = "chatgpt-image-latest";

/** An answer that is not a picture: what the server said, and the field it named. */
export class Refusal extends Error {
  /**
   * @param {string} message
   * @param {string | null} param
   */
  constructor(message, param = null) {
    super(message);
    this.param = param;
  }
}

/** @returns {Promise<import("./types.js").Model>} */
export async function model() {
  const list = await json("/v1/models");
  const entry = list.data.find((/** @type {any} */ one) => one.id === ALIAS);
  if (!entry?.sfumato) {
    throw new Refusal(`This server does not say what ${ALIAS} can do. In strict mode it hides that.`);
  }
  return entry.sfumato;
}

/**
 * Ask for a picture and yield what comes back as it comes. Aborting closes the connection, which ends the work.
 * @param {import("./types.js").ImageRequest} request
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<import("./types.js").Frame>}
 */
export async function* create(request, signal) {
  const response = await ask("/v1/images/generations", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: ALIAS, stream: true, ...request }),
    signal,
  });
  yield {
    kind: "accepted",
    snapshot: response.headers.get("x-sfumato-snapshot") ?? "",
    seed: number(response.headers.get("x-sfumato-seed")),
  };
  if (!response.body) throw new Refusal("The server sent no picture.");
  for await (const data of events(response.body)) {
    if (data === "[DONE]") return;
    yield frame(JSON.parse(data));
  }
}

/**
 * A page of what this machine has painted, newest first.
 * @param {string | null} after
 * @returns {Promise<import("./types.js").Page>}
 */
export async function pictures(after = null) {
  const query = after ? `&after=${encodeURIComponent(after)}` : "";
  const list = await json(`/v1/sfumato/pictures?limit=24${query}`);
  return { pictures: list.data.map(picture), next: list.has_more ? list.last_id : null };
}

/**
 * Have a session stand for the key in this browser.
 * @param {string} key
 */
export async function signIn(key) {
  await ask("/v1/sfumato/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ key }),
  });
}

/** End the session. */
export async function signOut() {
  await ask("/v1/sfumato/session", { method: "DELETE" });
}

/**
 * @param {any} event
 * @returns {import("./types.js").Frame}
 */
function frame(event) {
  if (event.error) throw new Refusal(event.error.message, event.error.param);
  const blob = decode(event.b64_json, event.output_format);
  const { size, quality, background, output_format: format } = event;
  if (event.type.endsWith(".partial_image")) {
    return { kind: "partial", index: event.partial_image_index, blob, size, background };
  }
  return { kind: "completed", blob, size, quality, background, format };
}

/**
 * @param {any} row
 * @returns {Picture}
 */
function picture(row) {
  const recipe = row.recipe ?? {};
  return {
    id: row.id,
    url: row.url,
    prompt: row.prompt,
    snapshot: row.snapshot,
    seed: row.seed,
    size: row.size,
    quality: row.quality,
    background: row.background,
    format: row.output_format,
    memory: recipe.memory ?? null,
    steps: recipe.steps ?? null,
    created: row.created_at,
    seconds: null,
    matched: recipe.matched ?? [],
    unmatched: recipe.unmatched ?? [],
    assets: recipe.assets ?? [],
  };
}

/** @param {string} path */
async function json(path) {
  return (await ask(path)).json();
}

/**
 * @param {string} path
 * @param {RequestInit} [init]
 */
async function ask(path, init) {
  let response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (init?.signal?.aborted) throw error;
    throw new Refusal("The server does not answer. Your words are kept; try again when it runs.");
  }
  if (response.status === 401) emit("locked", null);
  if (!response.ok) throw await refusal(response);
  return response;
}

/** @param {Response} response */
async function refusal(response) {
  const body = await response.json().catch(() => null);
  if (body?.error?.message) return new Refusal(body.error.message, body.error.param);
  return new Refusal(`The server answered ${response.status} ${response.statusText}.`);
}

/**
 * @param {string} base64
 * @param {string} format
 */
function decode(base64, format) {
  const text = atob(base64);
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return new Blob([bytes], { type: `image/${format}` });
}

/** @param {string | null} text */
function number(text) {
  return text === null ? null : Number.parseInt(text, 10);
}
