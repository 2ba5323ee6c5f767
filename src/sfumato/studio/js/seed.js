// @ts-check
/** Keeps a chosen seed in sight while its field is folded away. */

import { find } from "./dom.js";

const form = find("#composer", HTMLFormElement);
const seed = find("#seed", HTMLInputElement);

form.addEventListener("input", show);
form.addEventListener("change", show);

function show() {
  find("#more-seed", HTMLOutputElement).textContent = seed.value.trim() && `seed ${seed.value.trim()}`;
}
