// Makes the calls that come in, one JSON line each, with the `openai` package of the folder that
// is named first. `client_driver.py` speaks the same lines.
//
// node driver.mjs FOLDER BASE_URL

import { createReadStream, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const [folder, baseURL] = process.argv.slice(2);
const { OpenAI, toFile } = createRequire(resolve(folder, "package.json"))("openai");
const client = new OpenAI({ baseURL, apiKey: "unused", maxRetries: 0 });

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await attempt(JSON.parse(line));
  process.stdout.write(JSON.stringify(answer) + "\n");
}

async function attempt(asked) {
  try {
    return await call(asked);
  } catch (error) {
    if (error instanceof OpenAI.APIError) return failure(error);
    if (error instanceof OpenAI.InvalidWebhookSignatureError) return { raised: error.constructor.name };
    throw error;
  }
}

async function call(asked) {
  const spoken = asked.api_key ? client.withOptions({ apiKey: asked.api_key }) : client;
  const path = asked.call.split(".").map(camel);
  const owner = path.slice(0, -1).reduce((found, name) => found?.[name], spoken);
  const method = owner?.[path.at(-1)];
  if (!method) return { unknown_call: asked.call };
  const ids = asked.ids ?? [];
  if (asked.mode === "local") {
    const more = Object.values(asked.arguments ?? {});
    return { value: await method.call(owner, ...ids, ...more) };
  }
  const request = method.call(owner, ...ids, ...(await rest(method, ids, asked)));
  if (asked.mode === "every") {
    const value = [];
    for await (const one of request) {
      value.push(one);
      if (value.length === asked.take) break;
    }
    return { value };
  }
  const { data, response } = await request.withResponse();
  const told = { status: response.status, headers: Object.fromEntries(response.headers) };
  if (asked.arguments?.stream === true) return { ...told, ...(await eventsOf(data, asked.take)) };
  if (asked.mode === "bytes") {
    return { ...told, value: Buffer.from(await data.arrayBuffer()).toString("base64") };
  }
  return { ...told, value: told.status === 204 ? null : plain(data) };
}

// A method takes its ids, then a body or a query if its route has one, then the options.
async function rest(method, ids, asked) {
  const options = {};
  if (asked.headers) options.headers = asked.headers;
  if (asked.timeout) options.timeout = asked.timeout * 1000;
  if (asked.max_retries !== undefined) options.maxRetries = asked.max_retries;
  return method.length - ids.length === 1
    ? [options]
    : [await unpacked(asked.arguments ?? {}), options];
}

async function unpacked(value) {
  if (Array.isArray(value)) return Promise.all(value.map(unpacked));
  if (value === null || typeof value !== "object") return value;
  if ("$file" in value) return file(value);
  const members = Object.entries(value).map(async ([name, one]) => [name, await unpacked(one)]);
  return Object.fromEntries(await Promise.all(members));
}

// Files are described as {"$file": path, "as": how}.
async function file(value) {
  const path = value.$file;
  if (value.as === "named") return toFile(readFileSync(path), value.name, { type: value.type });
  if (value.as === "bytes") return toFile(readFileSync(path), "upload");
  return createReadStream(path);
}

async function eventsOf(stream, take) {
  const value = [];
  try {
    for await (const event of stream) {
      value.push(event);
      if (value.length === take) break; // leaving the loop aborts the request
    }
  } catch (error) {
    if (!(error instanceof OpenAI.APIError)) throw error;
    return { ...failure(error), value };
  }
  return { value };
}

function failure(error) {
  return {
    raised: error.constructor.name,
    status: error.status ?? null,
    code: error.code ?? null,
    param: error.param ?? null,
    error_type: error.type ?? null,
    message: error.error?.message ?? error.message,
    request_id: error.requestID ?? null,
    headers: error.headers ? Object.fromEntries(error.headers) : {},
  };
}

function plain(data) {
  return data === undefined ? null : JSON.parse(JSON.stringify(data.body?.data ? data.body : data));
}

function camel(name) {
  return name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
}
