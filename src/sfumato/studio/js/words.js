// @ts-check
/** Puts other words into the prompt box without losing those that were there. */

import { find } from "./dom.js";
import { emit, on } from "./events.js";

const prompt = find("#prompt", HTMLTextAreaElement);
const bringBack = find("#bring-back", HTMLButtonElement);

let typed = "";
let offered = "";

for (const idea of document.querySelectorAll("#ideas button")) {
  idea.addEventListener("click", () => emit("words", idea.textContent ?? ""));
}
on("words", (words) => {
  replace(words);
  prompt.focus();
});
on("remake", ({ picture }) => replace(picture.prompt));
bringBack.addEventListener("click", () => {
  bringBack.hidden = true;
  write(typed);
  prompt.focus();
});

/** @param {string} words */
function replace(words) {
  const now = prompt.value;
  if (now.trim() && now !== offered) typed = now;
  offered = words;
  write(words);
  bringBack.hidden = typed === "" || typed === words;
}

/** @param {string} words */
function write(words) {
  prompt.value = words;
  prompt.dispatchEvent(new Event("input", { bubbles: true }));
}
