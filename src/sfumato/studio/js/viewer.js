// @ts-check
/** One picture of the wall, large, with everything known about it. Arrows turn to its neighbours. */

import { find } from "./dom.js";
import { emit, on } from "./events.js";
import { facts } from "./facts.js";
import { hasNeighbour } from "./history.js";
import { edges } from "./size.js";

const dialog = find("#viewer", HTMLDialogElement);
const image = find("#viewer-image", HTMLImageElement);
const newer = find("#viewer-newer", HTMLButtonElement);
const older = find("#viewer-older", HTMLButtonElement);

on("view", (picture) => {
  [image.width, image.height] = edges(picture.size);
  image.src = picture.url;
  image.alt = picture.prompt;
  find("#viewer-figure", HTMLElement).classList.toggle("checkered", picture.background === "transparent");
  find("#viewer-title", HTMLElement).textContent = picture.prompt;
  find("#viewer-facts", HTMLElement).replaceChildren(facts(picture));
  newer.disabled = !hasNeighbour(-1);
  older.disabled = !hasNeighbour(1);
  if (!dialog.open) dialog.showModal();
});
on("words", () => dialog.close());
on("remake", () => dialog.close());
newer.addEventListener("click", () => emit("turn", -1));
older.addEventListener("click", () => emit("turn", 1));
find("#viewer-close", HTMLButtonElement).addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});
dialog.addEventListener("keydown", (event) => {
  if (event.key === "ArrowLeft") emit("turn", -1);
  if (event.key === "ArrowRight") emit("turn", 1);
});
