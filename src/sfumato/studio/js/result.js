// @ts-check
/** The card under a finished picture. Filled at once, and again when history knows the recipe. */

import { find } from "./dom.js";
import { on } from "./events.js";
import { facts } from "./facts.js";

const card = find("#result", HTMLElement);

on("started", () => (card.hidden = true));
on("finished", show);
on("recorded", show);

/** @param {import("./types.js").Picture} picture */
function show(picture) {
  card.replaceChildren(facts(picture));
  card.hidden = false;
}
