/**
 * The verdicts of an import as a stream of lines of JSON, a chunk at a time as they are read.
 */
import type { Queryable } from "../registry/database.ts";
import { asOperator } from "../registry/isolation/scope.ts";
import { type ImportRow, verdictsOf } from "./import-rows.ts";

/** All of them, or those of one kind. */
export function verdictStream(
  db: Queryable,
  { id, operator_id }: ImportRow,
  only: string | undefined,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let number = 0;
  // Whoever reads the stream pulls it, outside of the request's own work.
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          const verdicts = await asOperator(operator_id, () => verdictsOf(db, id, number));
          if (verdicts === undefined) return controller.close();
          number += 1;
          const text = only === undefined ? verdicts : filtered(verdicts, only);
          if (text !== "") return controller.enqueue(encoder.encode(text));
        }
      },
    },
    { highWaterMark: 0 },
  );
}

function filtered(verdicts: string, only: string): string {
  const lines = verdicts.split("\n").filter((line) => line.includes(`"verdict":"${only}"`));
  return lines.map((line) => `${line}\n`).join("");
}
