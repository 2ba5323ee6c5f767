// @ts-check
/** Puts what the server said beside the field it named. Knows nothing about why. */

import { find } from "./dom.js";
import { on } from "./events.js";

on("failed", ({ message, param }) => {
  const name = fieldOf(param);
  showFault(name, message);
  find("#alert", HTMLElement).textContent = message;
  focus(name);
});
on("started", () => {
  for (const field of document.querySelectorAll("[data-field]")) {
    clearFault(/** @type {HTMLElement} */ (field).dataset["field"] ?? "");
  }
  find("#alert", HTMLElement).textContent = "";
});

/**
 * @param {string} name
 * @param {string} message
 */
export function showFault(name, message) {
  const note = find(`#${name}-error`, HTMLElement);
  note.textContent = message;
  note.hidden = false;
  for (const input of inputs(name)) input.setAttribute("aria-invalid", "true");
}

/** @param {string} name */
export function clearFault(name) {
  find(`#${name}-error`, HTMLElement).hidden = true;
  for (const input of inputs(name)) input.removeAttribute("aria-invalid");
}

/** @param {string} name */
export function focus(name) {
  const field = find(`[data-field="${name}"]`, HTMLElement);
  field.closest("details")?.setAttribute("open", "");
  const target = inputs(name)[0] ?? field.querySelector("input:checked");
  if (target instanceof HTMLElement) target.focus();
}

/** The text inputs of a field; radio buttons are not invalid one by one. @param {string} name */
function inputs(name) {
  const query = `[data-field="${name}"] :is(textarea, input:not([type="radio"]))`;
  return [...document.querySelectorAll(query)].filter((input) => input.closest("[hidden]") === null);
}

/** @param {string | null} param */
function fieldOf(param) {
  const known = param !== null && document.querySelector(`[data-field="${CSS.escape(param)}"]`);
  return known ? /** @type {string} */ (param) : "request";
}
