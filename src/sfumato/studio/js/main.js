// @ts-check
/** Starts the behaviours, then asks the server what it can do. */

import "./composer.js";
import "./controls.js";
import "./custom-size.js";
import "./draft.js";
import "./field-errors.js";
import "./generation.js";
import "./history.js";
import "./progress.js";
import "./remake.js";
import "./result.js";
import "./seed.js";
import "./sign-in.js";
import "./stage.js";
import "./viewer.js";
import "./words.js";

import * as client from "./client.js";
import { emit } from "./events.js";

try {
  emit("model", await client.model());
} catch (error) {
  emit("failed", { message: error instanceof Error ? error.message : String(error), param: null });
}
