// @ts-check
/** Server-sent events out of a fetch body. Knows the framing, not what the events mean. */

/**
 * Yield the data of each event; comments and other fields are skipped.
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<string>}
 */
export async function* events(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let pending = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      // A picture spans many chunks: look for the blank line only where the new text can end one.
      let from = Math.max(0, pending.length - 3);
      pending += decoder.decode(value, { stream: true });
      for (;;) {
        const end = /\r?\n\r?\n/g;
        end.lastIndex = from;
        const match = end.exec(pending);
        if (!match) break;
        const data = dataOf(pending.slice(0, match.index));
        pending = pending.slice(match.index + match[0].length);
        from = 0;
        if (data !== null) yield data;
      }
    }
  } finally {
    // Leaving early must close the connection: that is what stops the work on the server.
    await reader.cancel().catch(() => {});
  }
}

/**
 * @param {string} block
 * @returns {string | null}
 */
function dataOf(block) {
  const lines = block.split(/\r?\n/).filter((line) => line.startsWith("data:"));
  return lines.length ? lines.map((line) => line.slice(5).trimStart()).join("\n") : null;
}
