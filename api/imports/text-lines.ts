/**
 * A body as lines of text, while it comes in: never more of it in memory than a line and a piece.
 */
import { IMPORT_LINES_MAX, LINE_CHARS_MAX } from "./limits.ts";

/** A line that is not empty, by its number from 1; a fault in the place of the text where it is too long. */
export type TextLine = { number: number; text: string; fault?: string };

/** More lines than an import may have. */
export class TooManyLines extends Error {
  constructor() {
    super(`a file has at most ${IMPORT_LINES_MAX} lines: split it`);
    this.name = "TooManyLines";
  }
}

/** Reads the lines. A byte order mark at the beginning is left out. Throws TooManyLines, and what the body throws. */
export async function* textLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<TextLine> {
  // Bytes that are no UTF-8 become U+FFFD, which the line's own check refuses or keeps as it is.
  const decoder = new TextDecoder("utf-8");
  let number = 0;
  let rest = "";
  let isTooLong = false;
  const take = (piece: string): TextLine | undefined => {
    number += 1;
    if (number > IMPORT_LINES_MAX) throw new TooManyLines();
    const text = piece.trim();
    const wasTooLong = isTooLong || text.length > LINE_CHARS_MAX;
    isTooLong = false;
    if (wasTooLong) {
      return { number, text: "", fault: `is longer than ${LINE_CHARS_MAX} characters` };
    }
    return text === "" ? undefined : { number, text };
  };
  for await (const bytes of body) {
    const pieces = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = pieces.pop() ?? "";
    for (const piece of pieces) {
      const line = take(piece);
      if (line !== undefined) yield line;
    }
    if (rest.length > LINE_CHARS_MAX) {
      isTooLong = true;
      rest = "";
    }
  }
  const last = take(rest + decoder.decode());
  if (last !== undefined) yield last;
}
