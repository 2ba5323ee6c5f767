// @ts-check
/** The form: Enter or the button asks for a picture with what is chosen. Knows nothing about the answer. */

import { sizeFault } from "./custom-size.js";
import { find } from "./dom.js";
import { emit, on } from "./events.js";
import { focus, showFault } from "./field-errors.js";

const form = find("#composer", HTMLFormElement);
const prompt = find("#prompt", HTMLTextAreaElement);
const create = find("#create", HTMLButtonElement);
const stop = find("#stop", HTMLButtonElement);

let partials = 3;
let busy = false;

on("model", ({ capabilities }) => (partials = Math.min(3, capabilities.max_partial_images)));
on("started", () => swap(true));
for (const end of /** @type {const} */ (["finished", "failed", "stopped"])) on(end, () => swap(false));

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
prompt.addEventListener("keydown", (event) => {
  // While an input method composes, Enter chooses a character.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
stop.addEventListener("click", () => emit("stop", null));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && busy && !document.querySelector("dialog[open]")) emit("stop", null);
});

function submit() {
  if (busy) return;
  const problem = firstProblem();
  if (problem) {
    showFault(...problem);
    focus(problem[0]);
    return;
  }
  emit("create", request());
}

/** @returns {[string, string] | null} */
function firstProblem() {
  if (prompt.value.trim() === "") return ["prompt", "Say in a few words what the picture shows."];
  const size = sizeFault();
  if (size) return ["size", size];
  const seed = String(new FormData(form).get("seed") ?? "").trim();
  if (seed && (!/^\d+$/.test(seed) || Number(seed) >= 2 ** 32)) {
    return ["seed", "A seed is a whole number from 0 to 4294967295."];
  }
  return null;
}

/** @returns {import("./types.js").ImageRequest} */
function request() {
  const fields = new FormData(form);
  /** @param {string} name */
  const text = (name) => String(fields.get(name) ?? "");
  const size = text("shape") === "custom" ? `${text("width")}x${text("height")}` : text("shape");
  const seed = text("seed").trim();
  return {
    prompt: prompt.value,
    size,
    quality: text("quality"),
    background: text("background"),
    output_format: text("output_format"),
    partial_images: partials,
    ...(text("memory") && { memory: text("memory") }),
    ...(seed && { seed: Number(seed) }),
  };
}

/** @param {boolean} now */
function swap(now) {
  const held = document.activeElement === (now ? create : stop);
  busy = now;
  create.hidden = now;
  stop.hidden = !now;
  if (held) (now ? stop : create).focus();
}
