// @ts-check
/** Builds the controls from what the snapshot can do. Knows no model by name. */

import { clone, find } from "./dom.js";
import { emit, on } from "./events.js";
import { SHAPES, fault, sentence } from "./size.js";

const WORDS = new Map([["png", "PNG"], ["jpeg", "JPEG"], ["webp", "WebP"]]);

on("model", ({ snapshot, capabilities }) => {
  choices("quality", capabilities.qualities, "medium");
  choices("background", ["auto", ...capabilities.backgrounds], "auto");
  choices("output_format", capabilities.output_formats, "png");
  if (capabilities.extensions.includes("memory")) {
    choices("memory", ["on", "off"], "on");
    find("#memory", HTMLElement).hidden = false;
  }
  find("#seed-field", HTMLElement).hidden = !capabilities.extensions.includes("seed");
  frames(capabilities.sizes);
  find("#serving-snapshot", HTMLElement).textContent = snapshot;
  find("#serving", HTMLElement).hidden = false;
  emit("controls", null);
});

/**
 * @param {string} name
 * @param {readonly string[]} values
 * @param {string} preferred
 */
function choices(name, values, preferred) {
  const chosen = values.includes(preferred) ? preferred : values[0];
  find(`#${name}-choices`, HTMLElement).replaceChildren(
    ...values.map((value) => {
      const choice = clone("choice-template");
      const input = find("input", HTMLInputElement, choice);
      Object.assign(input, { name, value, defaultChecked: value === chosen });
      find(".text", HTMLElement, choice).textContent = WORDS.get(value) ?? capitalised(value);
      return choice;
    }),
  );
}

/** @param {import("./types.js").SizeRule} rule */
function frames(rule) {
  const shapes = SHAPES.filter(({ width, height }) => fault(width, height, rule) === null);
  const row = find("#size-choices", HTMLElement);
  row.replaceChildren(...shapes.map((shape, index) => frame(shape, index === 0)), custom());
  find("#size-rule", HTMLElement).textContent = sentence(rule);
  for (const edge of [find("#width", HTMLInputElement), find("#height", HTMLInputElement)]) {
    Object.assign(edge, { step: String(rule.multiple), min: String(rule.multiple), max: String(rule.longest_edge) });
    edge.defaultValue = "1024";
  }
}

/**
 * @param {{name: string, width: number, height: number}} shape
 * @param {boolean} checked
 */
function frame({ name, width, height }, checked) {
  const choice = clone("frame-template");
  const input = find("input", HTMLInputElement, choice);
  Object.assign(input, { value: `${width}x${height}`, defaultChecked: checked });
  const drawing = find(".frame", HTMLElement, choice);
  drawing.style.aspectRatio = `${width} / ${height}`;
  drawing.style.inlineSize = `${(1.9 * Math.min(1.2, Math.sqrt(width / height))).toFixed(2)}rem`;
  find(".text", HTMLElement, choice).textContent = name;
  return choice;
}

function custom() {
  const choice = clone("frame-template");
  find("input", HTMLInputElement, choice).value = "custom";
  find("label", HTMLElement, choice).dataset["shape"] = "custom";
  find(".text", HTMLElement, choice).textContent = "Custom";
  return choice;
}

/** @param {string} word */
function capitalised(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
