// @ts-check
/** Everything known about a picture, as elements: recipe, plan, credits, actions. */

import { clone, find } from "./dom.js";
import { emit } from "./events.js";

/** @typedef {import("./types.js").Picture} Picture */

const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/**
 * @param {Picture} picture
 * @returns {DocumentFragment}
 */
export function facts(picture) {
  const view = clone("facts-template");
  for (const [slot, text] of Object.entries(texts(picture))) fill(view, slot, text);
  list(view, "matched", picture.matched.map(word));
  list(view, "unmatched", picture.unmatched.map(word));
  list(view, "assets", picture.assets.map(credit));
  const count = picture.assets.length;
  find('[data-part="assets"] summary', HTMLElement, view).textContent =
    `Drawn from ${count} open ${count === 1 ? "artwork" : "artworks"}`;
  part(view, "plan", picture.matched.length + picture.unmatched.length > 0);
  part(view, "unmatched", picture.unmatched.length > 0);
  part(view, "assets", count > 0);
  actions(view, picture);
  return view;
}

/** A name for the file that says what it is. @param {Picture} picture */
export function fileName(picture) {
  const words = picture.prompt.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 48);
  return `sfumato-${words.replace(/^-|-$/g, "")}-${picture.seed ?? "unseeded"}.${picture.format}`;
}

/** @param {Picture} picture */
function texts(picture) {
  const took = picture.seconds === null ? "" : `${picture.seconds.toFixed(1)} s`;
  return {
    snapshot: picture.snapshot,
    seed: picture.seed === null ? "" : String(picture.seed),
    size: picture.size.replace("x", " × "),
    quality: picture.quality,
    background: picture.background,
    memory: picture.memory ?? "",
    steps: picture.steps === null ? "" : String(picture.steps),
    "made-how": took ? "Time" : "Made",
    made: took || date.format(picture.created * 1000),
  };
}

/**
 * @param {DocumentFragment} view
 * @param {string} slot
 * @param {string} text
 */
function fill(view, slot, text) {
  const place = find(`[data-slot="${slot}"]`, HTMLElement, view);
  place.textContent = text;
  const row = place.closest("dl > div");
  if (row instanceof HTMLElement) row.hidden = text === "";
}

/**
 * @param {DocumentFragment} view
 * @param {string} slot
 * @param {HTMLElement[]} items
 */
function list(view, slot, items) {
  find(`[data-slot="${slot}"]`, HTMLElement, view).replaceChildren(...items);
}

/**
 * @param {DocumentFragment} view
 * @param {string} name
 * @param {boolean} shown
 */
function part(view, name, shown) {
  find(`[data-part="${name}"]`, HTMLElement, view).hidden = !shown;
}

/** @param {string} text */
function word(text) {
  const item = document.createElement("li");
  item.textContent = text;
  return item;
}

/** @param {import("./types.js").AssetCredit} asset */
function credit({ title, source, licence }) {
  const item = word(title);
  const terms = document.createElement("span");
  terms.className = "licence";
  terms.textContent = ` · ${source} · ${licence}`;
  item.append(terms);
  return item;
}

/**
 * @param {DocumentFragment} view
 * @param {Picture} picture
 */
function actions(view, picture) {
  const { prompt, seed } = picture;
  const download = find('[data-action="download"]', HTMLAnchorElement, view);
  download.href = picture.url;
  download.download = fileName(picture);
  /** @type {Record<string, () => void>} */
  const does = {
    another: () => emit("remake", { picture, seed: null }),
    again: () => emit("remake", { picture, seed }),
    reuse: () => emit("words", prompt),
    "copy-seed": () => void navigator.clipboard.writeText(String(seed)).then(copied),
  };
  for (const [name, act] of Object.entries(does)) {
    find(`[data-action="${name}"]`, HTMLButtonElement, view).addEventListener("click", act);
  }
}

function copied() {
  find("#status", HTMLElement).textContent = "Seed copied.";
}
