// @ts-check
/** Paints a picture again: sets the form to its recipe, with its seed or a new one, and sends it. */

import { find } from "./dom.js";
import { on } from "./events.js";

/** @typedef {import("./types.js").Picture} Picture */

const form = find("#composer", HTMLFormElement);

// words.js hears the same event and puts the words in; so the form is sent after all have heard it.
on("remake", ({ picture, seed }) => {
  for (const [name, value] of Object.entries(settings(picture))) choose(name, value);
  find("#seed", HTMLInputElement).value = seed === null ? "" : String(seed);
  form.dispatchEvent(new Event("change", { bubbles: true }));
  queueMicrotask(() => form.requestSubmit());
});

/** @param {Picture} picture */
function settings({ size, quality, background, format, memory }) {
  return { ...sizeSettings(size), quality, background, output_format: format, memory: memory ?? "" };
}

/** @param {string} size */
function sizeSettings(size) {
  const offered = form.querySelector(`input[name="shape"][value="${CSS.escape(size)}"]`);
  if (offered) return { shape: size };
  const [width = "", height = ""] = size.split("x");
  return { shape: "custom", width, height };
}

/**
 * @param {string} name
 * @param {string} value
 */
function choose(name, value) {
  const field = form.elements.namedItem(name);
  if (field instanceof RadioNodeList || field instanceof HTMLInputElement) field.value = value;
}
