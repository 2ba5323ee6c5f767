// @ts-check
/**
 * The shapes that travel between behaviours. Types only: the browser never loads this file.
 *
 * @typedef {object} SizeRule
 * @property {number} multiple
 * @property {number} longest_edge
 * @property {number} ratio
 * @property {number} min_area
 * @property {number} max_area
 *
 * @typedef {object} Capabilities
 * @property {SizeRule} sizes
 * @property {string[]} qualities
 * @property {string[]} backgrounds
 * @property {string[]} output_formats
 * @property {number} max_partial_images
 * @property {number} max_prompt
 * @property {string[]} extensions
 *
 * @typedef {object} Model
 * @property {string} snapshot  the snapshot that answers for the alias today
 * @property {Capabilities} capabilities
 *
 * @typedef {object} ImageRequest  the body of POST /v1/images/generations, without what client.js adds
 * @property {string} prompt
 * @property {string} size
 * @property {string} [quality]
 * @property {string} [background]
 * @property {string} [output_format]
 * @property {string} [memory]
 * @property {number} [seed]
 * @property {number} [partial_images]
 *
 * @typedef {object} AssetCredit
 * @property {string} id
 * @property {string} title
 * @property {string} source
 * @property {string} licence
 *
 * @typedef {object} Picture  one finished picture, from history or just made
 * @property {string | null} id  null while history does not know it yet
 * @property {string} url  where its file is: a route or a blob
 * @property {string} prompt
 * @property {string} snapshot
 * @property {number | null} seed
 * @property {string} size
 * @property {string} quality
 * @property {string} background
 * @property {string} format
 * @property {string | null} memory
 * @property {number | null} steps  sampler steps; null until history tells
 * @property {number} created  seconds since 1970
 * @property {number | null} seconds  how long it took, when this page made it
 * @property {string[]} matched
 * @property {string[]} unmatched
 * @property {AssetCredit[]} assets
 *
 * @typedef {object} Page
 * @property {Picture[]} pictures
 * @property {string | null} next  the cursor of the next older page
 *
 * @typedef {object} Failure
 * @property {string} message  what the server said
 * @property {string | null} param  the field it named
 *
 * @typedef {{kind: "accepted", snapshot: string, seed: number | null}} Accepted
 * @typedef {{kind: "partial", index: number, blob: Blob, size: string, background: string}} Partial
 * @typedef {{kind: "completed", blob: Blob, size: string, quality: string, background: string, format: string}} Completed
 * @typedef {Accepted | Partial | Completed} Frame
 *
 * @typedef {object} Remake  the words and settings of a picture, to be painted again
 * @property {Picture} picture
 * @property {number | null} seed  null draws a new one
 */
export {};
