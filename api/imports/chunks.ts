/**
 * Lines in chunks: always the same ones of the same file, so that a file that is sent again is known by their digests.
 */
import { createHash } from "node:crypto";
import { type CsvHead, csvHead, csvObject } from "./csv-row.ts";
import { CHUNK_CHARS_MAX, CHUNK_LINES } from "./limits.ts";
import { type Line, type LineFault, lineOf } from "./line-schema.ts";
import type { TextLine } from "./text-lines.ts";

/** A line by its number: what it says, or what is wrong with it. */
export type ReadLine = { number: number } & ({ line: Line } | { fault: LineFault });
/** Some lines that follow each other. */
export type Chunk = { digest: string; lines: TextLine[] };

/** Gathers lines in chunks. */
export async function* chunksOf(lines: AsyncIterable<TextLine>): AsyncGenerator<Chunk> {
  let some: TextLine[] = [];
  let chars = 0;
  for await (const line of lines) {
    some.push(line);
    chars += line.text.length;
    if (some.length < CHUNK_LINES && chars < CHUNK_CHARS_MAX) continue;
    yield chunkOf(some);
    some = [];
    chars = 0;
  }
  if (some.length > 0) yield chunkOf(some);
}

function chunkOf(lines: TextLine[]): Chunk {
  const hash = createHash("sha256");
  for (const { number, text, fault } of lines) hash.update(`${number} ${text}${fault ?? ""}\n`);
  return { digest: hash.digest("hex"), lines };
}

/** Reads lines as what they say; of CSV, the first one is the head and has no verdict. */
export type ReadLines = (lines: readonly TextLine[]) => ReadLine[];

/** A reader of lines of JSON. */
export const readJsonLines: ReadLines = (lines) =>
  lines.map(({ number, text, fault }) => {
    if (fault !== undefined) return { number, fault: { detail: fault } };
    try {
      return { number, ...lineOf(JSON.parse(text)) };
    } catch {
      return { number, fault: { detail: "is no JSON" } };
    }
  });

/** A reader of CSV; without a good head every row is refused for that. */
export function csvReader(): ReadLines {
  let head: CsvHead | string | undefined;
  return (lines) =>
    lines.flatMap(({ number, text, fault }): ReadLine[] => {
      if (head === undefined) {
        head = fault ?? csvHead(text);
        return typeof head === "string"
          ? [{ number, fault: { detail: `the head of the file ${head}` } }]
          : [];
      }
      if (fault !== undefined) return [{ number, fault: { detail: fault } }];
      if (typeof head === "string") {
        return [{ number, fault: { detail: `the head of the file (its first line) ${head}` } }];
      }
      const row = csvObject(head, text);
      if (typeof row === "string") return [{ number, fault: { detail: row } }];
      return [{ number, ...lineOf(row) }];
    });
}
