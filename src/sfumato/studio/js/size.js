// @ts-check
/** The size rule, as arithmetic. Knows nothing about the page. */

/** @typedef {import("./types.js").SizeRule} SizeRule */

/** Shapes worth a frame of their own; those that the rule forbids are not offered. */
export const SHAPES = [
  { name: "Square", width: 1024, height: 1024 },
  { name: "Portrait", width: 1024, height: 1536 },
  { name: "Landscape", width: 1536, height: 1024 },
  { name: "Wide", width: 1536, height: 864 },
];

const thousands = new Intl.NumberFormat("en");

/**
 * What is wrong with a size and how to mend it, or null when it can be painted.
 * @param {number} width
 * @param {number} height
 * @param {SizeRule} rule
 * @returns {string | null}
 */
export function fault(width, height, rule) {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    return "Width and height must be whole numbers of pixels.";
  }
  const crooked = [width, height].find((edge) => edge % rule.multiple !== 0);
  if (crooked !== undefined) {
    const below = Math.floor(crooked / rule.multiple) * rule.multiple;
    const near = below > 0 ? `${below} or ${below + rule.multiple}` : `${rule.multiple}`;
    return `${crooked} is not a multiple of ${rule.multiple}: try ${near}.`;
  }
  if (Math.max(width, height) > rule.longest_edge) {
    return `The longer edge may be at most ${rule.longest_edge} pixels.`;
  }
  if (Math.max(width, height) > rule.ratio * Math.min(width, height)) {
    return `The longer edge may be at most ${rule.ratio} times the shorter one.`;
  }
  const area = width * height;
  if (area < rule.min_area) {
    return `${width}×${height} is too small: ${thousands.format(area)} pixels of at least ${thousands.format(rule.min_area)}.`;
  }
  if (area > rule.max_area) {
    return `${width}×${height} is too large: ${thousands.format(area)} pixels of at most ${thousands.format(rule.max_area)}.`;
  }
  return null;
}

/**
 * The rule in one sentence.
 * @param {SizeRule} rule
 */
export function sentence(rule) {
  const side = Math.ceil(Math.sqrt(rule.min_area) / rule.multiple) * rule.multiple;
  return `Multiples of ${rule.multiple}, up to ${rule.longest_edge} on the longer edge and ${rule.ratio}:1; the smallest square is ${side}.`;
}

/**
 * @param {string} size "WxH"
 * @returns {[number, number]}
 */
export function edges(size) {
  const [width, height] = size.split("x").map(Number);
  return [width || 1, height || 1];
}
