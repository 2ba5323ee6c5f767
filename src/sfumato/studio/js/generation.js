// @ts-check
/** One picture from asking to having: turns a request into events. Knows nothing about how they look. */

import * as client from "./client.js";
import { emit, on } from "./events.js";

/** @type {AbortController | null} */
let running = null;

on("create", (request) => void generate(request));
on("stop", () => running?.abort());

/** @param {import("./types.js").ImageRequest} request */
async function generate(request) {
  if (running) return;
  running = new AbortController();
  emit("started", request);
  try {
    await receive(request, running.signal);
  } catch (error) {
    if (running.signal.aborted) emit("stopped", null);
    else emit("failed", failure(error));
  } finally {
    running = null;
  }
}

/**
 * @param {import("./types.js").ImageRequest} request
 * @param {AbortSignal} signal
 */
async function receive(request, signal) {
  const began = performance.now();
  /** @type {import("./types.js").Accepted | null} */
  let accepted = null;
  /** @type {import("./types.js").Picture | null} */
  let picture = null;
  for await (const frame of client.create(request, signal)) {
    if (frame.kind === "accepted") emit("accepted", (accepted = frame));
    else if (frame.kind === "partial") emit("partial", frame);
    else if (accepted) {
      picture = finished(request, accepted, frame, (performance.now() - began) / 1000);
    }
  }
  if (!picture) {
    throw new client.Refusal("The connection ended before the picture was done. Try again.");
  }
  emit("finished", picture);
}

/**
 * @param {import("./types.js").ImageRequest} request
 * @param {import("./types.js").Accepted} accepted
 * @param {import("./types.js").Completed} completed
 * @param {number} seconds
 * @returns {import("./types.js").Picture}
 */
function finished(request, accepted, completed, seconds) {
  return {
    id: null,
    url: URL.createObjectURL(completed.blob),
    prompt: request.prompt,
    snapshot: accepted.snapshot,
    seed: accepted.seed,
    size: completed.size,
    quality: completed.quality,
    background: completed.background,
    format: completed.format,
    memory: request.memory ?? null,
    steps: null,
    created: Date.now() / 1000,
    seconds,
    matched: [],
    unmatched: [],
    assets: [],
  };
}

/**
 * @param {unknown} error
 * @returns {import("./types.js").Failure}
 */
function failure(error) {
  if (error instanceof client.Refusal) return { message: error.message, param: error.param };
  return { message: `The connection broke: ${error instanceof Error ? error.message : error}`, param: null };
}
