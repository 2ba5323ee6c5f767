// @ts-check
/** Shows the two edges when "Custom" is chosen and checks them against the rule while they are typed. */

import { find } from "./dom.js";
import { on } from "./events.js";
import { clearFault, showFault } from "./field-errors.js";
import { fault } from "./size.js";

/** @type {import("./types.js").SizeRule | null} */
let rule = null;

const form = find("#composer", HTMLFormElement);

on("model", ({ capabilities }) => (rule = capabilities.sizes));
form.addEventListener("change", refresh);
form.addEventListener("input", check);

function isCustom() {
  return new FormData(form).get("shape") === "custom";
}

function refresh() {
  find("#custom-size", HTMLElement).hidden = !isCustom();
  check();
}

function check() {
  const { shape, width, height } = Object.fromEntries(new FormData(form));
  const [across, down] = isCustom() ? [width, height] : String(shape).split("x");
  find("#size-chosen", HTMLElement).textContent = `${across} × ${down}`;
  const problem = sizeFault();
  if (problem) showFault("size", problem);
  else clearFault("size");
}

/** What is wrong with the size that is chosen now, or null. */
export function sizeFault() {
  if (!rule || !isCustom()) return null;
  const fields = new FormData(form);
  return fault(Number(fields.get("width")), Number(fields.get("height")), rule);
}
