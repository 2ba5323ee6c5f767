// @ts-check
/** Says how far the picture is: a line, a sentence, the seconds. Reports only what has arrived. */

import { find } from "./dom.js";
import { on } from "./events.js";

const panel = find("#progress", HTMLElement);
const bar = find("#progress-bar", HTMLProgressElement);
const text = find("#progress-text", HTMLElement);
const elapsed = find("#elapsed", HTMLElement);
const status = find("#status", HTMLElement);

let expected = 3;
let began = 0;
let ticking = 0;

on("started", ({ partial_images: partials = 0 }) => {
  expected = partials;
  began = performance.now();
  panel.hidden = false;
  bar.hidden = false;
  ticking = window.setInterval(tick, 100);
  tick();
  say(0, "Asking for the picture");
});
on("accepted", () => say(0.04, "Waiting for the first estimate"));
on("partial", ({ index }) => say((index + 1) / (expected + 1), `Estimate ${index + 1} of ${expected}`));
on("finished", ({ seconds }) => {
  end();
  panel.hidden = true;
  status.textContent = `The picture is done${seconds === null ? "" : `, in ${seconds.toFixed(1)} seconds`}.`;
});
on("failed", () => {
  end();
  panel.hidden = true;
});
on("stopped", () => {
  end();
  bar.hidden = true;
  text.textContent = "Stopped. Your words are kept.";
  status.textContent = text.textContent;
});

/**
 * @param {number} part
 * @param {string} words
 */
function say(part, words) {
  bar.value = part;
  text.textContent = words;
  status.textContent = words;
}

function tick() {
  elapsed.textContent = `${((performance.now() - began) / 1000).toFixed(1)} s`;
}

function end() {
  window.clearInterval(ticking);
}
