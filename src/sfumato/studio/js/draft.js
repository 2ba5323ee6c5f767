// @ts-check
/** Nothing typed is ever lost: the form is kept in this browser and put back. */

import { find } from "./dom.js";
import { on } from "./events.js";

const KEY = "sfumato.draft";
const form = find("#composer", HTMLFormElement);

restore();
on("controls", () => {
  restore();
  // What depends on a choice, such as the edges of a custom size, looks at the form again.
  form.dispatchEvent(new Event("change", { bubbles: true }));
});
form.addEventListener("input", keep);
form.addEventListener("change", keep);

function keep() {
  try {
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(new FormData(form))));
  } catch {
    // Storage can be full or forbidden; the words are still on the page.
  }
}

function restore() {
  for (const [name, value] of Object.entries(kept())) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) {
      if (field.type !== "radio" && field.value === field.defaultValue) field.value = value;
    } else if (field instanceof RadioNodeList && offered(field, value)) {
      field.value = value;
    }
  }
}

/** @returns {Record<string, string>} */
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

/**
 * @param {RadioNodeList} radios
 * @param {string} value
 */
function offered(radios, value) {
  return [...radios].some((radio) => radio instanceof HTMLInputElement && radio.value === value);
}
