// @ts-check
/** The picture coming out of the haze: each real partial fades in over the one before. */

import { find } from "./dom.js";
import { on } from "./events.js";
import { edges } from "./size.js";

const stage = find(".stage", HTMLElement);
const canvas = find("#canvas", HTMLElement);
const layers = find("#layers", HTMLElement);

/** @type {string[]} */
let urls = [];

on("started", ({ size, background }) => {
  clear();
  canvas.dataset["state"] = "waiting";
  shape(size, background);
  canvas.scrollIntoView({ block: "nearest" });
});
on("partial", (partial) => {
  const url = URL.createObjectURL(partial.blob);
  urls.push(url);
  canvas.dataset["state"] = "painting";
  shape(partial.size, partial.background);
  show(url, "");
});
on("finished", (picture) => {
  urls.push(picture.url);
  canvas.dataset["state"] = "done";
  shape(picture.size, picture.background);
  show(picture.url, picture.prompt);
});
on("failed", rest);
on("stopped", rest);

/** What had arrived stays, dimmed; if nothing had, the stage is as at the start. */
function rest() {
  const begun = layers.childElementCount > 0;
  canvas.dataset["state"] = begun ? "stopped" : "empty";
  if (!begun) shape("1x1", "opaque");
}

/**
 * @param {string} size
 * @param {string | undefined} background
 */
function shape(size, background) {
  const [width, height] = edges(size);
  stage.style.setProperty("--w", String(width));
  stage.style.setProperty("--h", String(height));
  canvas.toggleAttribute("data-transparent", background === "transparent");
}

/**
 * @param {string} url
 * @param {string} alt
 */
function show(url, alt) {
  const image = new Image();
  image.alt = alt;
  image.src = url;
  const below = [...layers.children];
  layers.append(image);
  image.addEventListener("animationend", () => below.forEach((old) => old.remove()), { once: true });
}

function clear() {
  layers.replaceChildren();
  urls.forEach((url) => URL.revokeObjectURL(url));
  urls = [];
}
