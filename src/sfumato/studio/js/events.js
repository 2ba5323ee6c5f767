// @ts-check
/** How behaviours talk: typed CustomEvents on the document. Knows nothing about who listens. */

/**
 * @typedef {object} StudioEvents
 * @property {import("./types.js").Model} model  the server said what it can do
 * @property {null} locked  the server wants a key
 * @property {null} controls  the controls exist
 * @property {import("./types.js").ImageRequest} create  someone asked for a picture
 * @property {import("./types.js").ImageRequest} started  the request left
 * @property {import("./types.js").Accepted} accepted  a snapshot took it
 * @property {import("./types.js").Partial} partial  an earlier estimate of the picture
 * @property {import("./types.js").Picture} finished  the picture
 * @property {import("./types.js").Picture} recorded  the same picture, as history keeps it
 * @property {import("./types.js").Failure} failed  no picture, and why
 * @property {null} stop  someone wants the work to end
 * @property {null} stopped  it ended
 * @property {string} words  other words for the prompt box
 * @property {import("./types.js").Remake} remake  paint this picture again
 * @property {import("./types.js").Picture} view  open this picture
 * @property {-1 | 1} turn  open the newer (-1) or older (1) neighbour of the open picture
 */

/**
 * @template {keyof StudioEvents} Name
 * @param {Name} name
 * @param {StudioEvents[Name]} detail
 */
export function emit(name, detail) {
  document.dispatchEvent(new CustomEvent(`sfumato:${name}`, { detail }));
}

/**
 * @template {keyof StudioEvents} Name
 * @param {Name} name
 * @param {(detail: StudioEvents[Name]) => void} listener
 */
export function on(name, listener) {
  document.addEventListener(`sfumato:${name}`, (event) => {
    listener(/** @type {CustomEvent<StudioEvents[Name]>} */ (event).detail);
  });
}
