/**
 * Cuts a stream of bytes into lines, none longer than a bound.
 */
import type { Readable } from "node:stream";

/** Longest line that is passed on; the rest of a longer one is dropped. */
export const LINE_CHARS_MAX = 8_192;

/** Calls `take` for each line without its end; an unfinished one is passed on when the stream ends. */
export function eachLine(stream: Readable, take: (line: string) => void): void {
  let pending = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const pieces = chunk.split("\n");
    for (const [index, piece] of pieces.entries()) {
      if (pending.length < LINE_CHARS_MAX)
        pending += piece.slice(0, LINE_CHARS_MAX - pending.length);
      if (index === pieces.length - 1) break;
      take(pending.replace(/\r$/, ""));
      pending = "";
    }
  });
  stream.on("end", () => {
    if (pending !== "") take(pending);
    pending = "";
  });
  stream.on("error", () => undefined);
}
