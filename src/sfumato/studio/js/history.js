// @ts-check
/** The wall of pictures that this machine has made: loads page by page, arrows move, Enter opens. */

import * as client from "./client.js";
import { clone, find } from "./dom.js";
import { emit, on } from "./events.js";

/** @typedef {import("./types.js").Picture} Picture */

const grid = find("#grid", HTMLUListElement);
const older = find("#older", HTMLButtonElement);

/** @type {Picture[]} */
let pictures = [];
/** @type {string | null} */
let next = null;
let open = -1;

void load();
older.addEventListener("click", () => void load());
grid.addEventListener("keydown", move);
on("finished", (picture) => void record(picture));
on("view", (picture) => (open = pictures.indexOf(picture)));
on("turn", (step) => {
  const neighbour = pictures[open + step];
  if (neighbour) emit("view", neighbour);
});

/** Whether the open picture has a neighbour that way. @param {-1 | 1} step */
export function hasNeighbour(step) {
  return pictures[open + step] !== undefined;
}

async function load() {
  try {
    const page = await client.pictures(next);
    next = page.next;
    add(page.pictures, "append");
  } catch (error) {
    complain(error);
  }
}

/** Find the picture that was just made in history, where its recipe is. @param {Picture} made */
async function record(made) {
  try {
    const known = new Set(pictures.map(({ id }) => id));
    const page = await client.pictures();
    const fresh = page.pictures.filter(({ id }) => !known.has(id));
    add(fresh, "prepend");
    const same = fresh.find(({ prompt, seed }) => prompt === made.prompt && seed === made.seed);
    if (same) emit("recorded", { ...same, url: made.url, seconds: made.seconds });
  } catch (error) {
    complain(error);
  }
}

/**
 * @param {Picture[]} more
 * @param {"append" | "prepend"} where
 */
function add(more, where) {
  pictures = where === "append" ? [...pictures, ...more] : [...more, ...pictures];
  grid[where](...more.map(thumbnail));
  older.hidden = next === null;
  find("#history-empty", HTMLElement).hidden = pictures.length > 0;
  find("#history-keys", HTMLElement).hidden = pictures.length === 0;
  find("#history-error", HTMLElement).hidden = true;
  rove(buttons().find((button) => button.tabIndex === 0) ?? buttons()[0]);
}

/** @param {Picture} picture */
function thumbnail(picture) {
  const item = clone("thumbnail-template");
  const button = find("button", HTMLButtonElement, item);
  const image = find("img", HTMLImageElement, item);
  image.alt = picture.prompt;
  image.src = picture.url;
  button.tabIndex = -1;
  button.classList.toggle("checkered", picture.background === "transparent");
  button.addEventListener("click", () => emit("view", picture));
  button.addEventListener("focus", () => rove(button));
  return item;
}

/** @param {KeyboardEvent} event */
function move(event) {
  const all = buttons();
  const here = all.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  const target = { ArrowRight: here + 1, ArrowLeft: here - 1, ArrowDown: here + columns(all), ArrowUp: here - columns(all), Home: 0, End: all.length - 1 }[event.key];
  if (here < 0 || target === undefined || !all[target]) return;
  event.preventDefault();
  all[target].focus();
}

/** Only one picture of the wall is a tab stop. @param {HTMLButtonElement | undefined} chosen */
function rove(chosen) {
  for (const button of buttons()) button.tabIndex = button === chosen ? 0 : -1;
}

/** @param {HTMLButtonElement[]} all */
function columns(all) {
  const top = all[0]?.offsetTop;
  return all.filter((button) => button.offsetTop === top).length;
}

function buttons() {
  return /** @type {HTMLButtonElement[]} */ ([...grid.querySelectorAll("button")]);
}

/** @param {unknown} error */
function complain(error) {
  const note = find("#history-error", HTMLElement);
  note.textContent = error instanceof Error ? error.message : String(error);
  note.hidden = false;
}
