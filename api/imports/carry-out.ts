/**
 * One request to import: begun or taken up again, carried out, and ended in the record whatever happens.
 */
import type { ApiContext } from "../context.ts";
import { Problem } from "../problems.ts";
import type { Author } from "../registry/audit.ts";
import { recordDeed } from "../registry/audit.ts";
import { boundedPieces } from "./bounded-pieces.ts";
import {
  beginImport,
  endImport,
  type ImportRow,
  importById,
  keepAlive,
  type NewImport,
} from "./import-rows.ts";
import { SILENT_S } from "./limits.ts";
import { ImportStopped, runImport } from "./run-import.ts";
import { TooManyLines } from "./text-lines.ts";

/** What is asked for. */
export type ImportRequest = Pick<NewImport, "import_id" | "format" | "dry_run"> & {
  body: ReadableStream<Uint8Array> | null;
  signal: AbortSignal;
};

/** Carries it out; `isAgain` where the whole file was imported before. Throws a Problem. */
export async function carryOut(
  { context, author }: { context: ApiContext; author: Author },
  { import_id, format, dry_run, body }: ImportRequest,
): Promise<{ row: ImportRow; isAgain: boolean }> {
  const { db } = context;
  const wanted = {
    operator_id: author.operatorId,
    key_id: author.keyId,
    import_id,
    format,
    dry_run,
  };
  const begun = await db.transaction(async (tx) => {
    const begun = await beginImport(tx, wanted);
    if (begun.outcome === "begun" && !dry_run) {
      await recordDeed(tx, author, { action: "import.begun", object: `import/${begun.row.id}` });
    }
    return begun;
  });
  const { row } = begun;
  if (begun.outcome === "in_flight") throw inFlight(row);
  if (begun.outcome === "another") {
    throw new Problem("idempotency_key_reused", {
      detail: `import ${import_id} is of another kind (${row.format}${row.dry_run ? ", dry run" : ""}): take another id`,
    });
  }
  const isAgain = begun.outcome === "again";
  const heart = setInterval(
    () => void keepAlive(db, row).catch(() => undefined),
    (SILENT_S * 1_000) / 6,
  );
  try {
    await runImport({ context, author, row }, boundedPieces(body));
    await endImport(db, row, { state: "finished", fault: null });
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    // What was finished stays finished when another file comes under its id.
    const state = isAgain ? "finished" : "interrupted";
    const why = isAgain ? null : fault.slice(0, 500);
    await endImport(db, row, { state, fault: why }).catch(() => undefined);
    throw problemOf(error);
  } finally {
    clearInterval(heart);
  }
  return { row: await importById(db, row.id), isAgain };
}

function inFlight({ import_id }: ImportRow): Problem {
  return new Problem("import_in_flight", {
    detail: `import ${import_id} is under way, and an operator has one at a time: wait for its end (GET /v1/imports/${import_id})`,
    headers: { "Retry-After": String(SILENT_S) },
  });
}

function problemOf(error: unknown): unknown {
  if (error instanceof TooManyLines) {
    return new Problem("body_too_large", { detail: error.message, cause: error });
  }
  if (!(error instanceof ImportStopped)) return error;
  const code = error.code === "taken_over" ? "import_in_flight" : "idempotency_key_reused";
  return new Problem(code, { detail: error.message, cause: error });
}
