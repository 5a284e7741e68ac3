/**
 * Carries out an import while its file comes in: chunk by chunk, each in one transaction with its verdicts, and the engine
 * told of the accounts of one chunk while the next is written.
 */

import { DrizzleQueryError } from "drizzle-orm";
import { DatabaseError } from "pg";
import type { ApiContext } from "../context.ts";
import { EngineFault, EngineUnavailable } from "../engine/engine-error.ts";
import type { Author } from "../registry/audit.ts";
import {
  type Chunk,
  chunksOf,
  csvReader,
  type ReadLine,
  type ReadLines,
  readJsonLines,
} from "./chunks.ts";
import { type ChunkCounts, digestsOf, type ImportRow, keepChunk } from "./import-rows.ts";
import { TRIES_MAX } from "./limits.ts";
import { loadWorld } from "./load.ts";
import { oneAhead } from "./one-ahead.ts";
import { emptyPlan, planLine } from "./plan.ts";
import { textLines } from "./text-lines.ts";
import type { Verdict } from "./verdict.ts";
import { emptyWorld, type World } from "./world.ts";
import { Overtaken, type Written, writePlan } from "./write-plan.ts";

/** Why an import does not go on. */
export class ImportStopped extends Error {
  readonly code: "another_file" | "taken_over";
  constructor(code: "another_file" | "taken_over", message: string) {
    super(message);
    this.name = "ImportStopped";
    this.code = code;
  }
}

/** What an import works with. */
export type ImportWork = { context: ApiContext; author: Author; row: ImportRow };

/**
 * Reads the body to its end. What is done already, by the digests of its chunks, is passed over. Throws ImportStopped, and what
 * the body throws; each chunk before has been kept then.
 */
export async function runImport(work: ImportWork, body: AsyncIterable<Uint8Array>): Promise<void> {
  const { context, row } = work;
  const done = await digestsOf(context.db, row.id);
  const read = row.format === "csv" ? csvReader() : readJsonLines;
  const worlds = row.dry_run ? emptyWorld() : undefined;
  const telling = makeTelling(context);
  let number = 0;
  try {
    // The next chunk comes in and is read while PostgreSQL writes this one.
    for await (const { chunk, lines } of oneAhead(readChunks(body, read))) {
      const known = done[number];
      if (known === undefined) {
        await telling.next(await takeChunk(work, { chunk, lines, number }, worlds));
      } else if (known !== chunk.digest) throw anotherFile(row, chunk);
      number += 1;
    }
    if (number < done.length) throw anotherFile(row, undefined);
  } finally {
    await telling.end();
  }
}

async function* readChunks(
  body: AsyncIterable<Uint8Array>,
  read: ReadLines,
): AsyncGenerator<Omit<Taken, "number">> {
  for await (const chunk of chunksOf(textLines(body))) yield { chunk, lines: read(chunk.lines) };
}

function anotherFile({ import_id }: ImportRow, chunk: Chunk | undefined): ImportStopped {
  const where = chunk === undefined ? "at its end" : `from line ${chunk.lines[0]?.number ?? 1} on`;
  return new ImportStopped(
    "another_file",
    `import ${import_id} was begun with a file that differs ${where}: send that one, or take another id`,
  );
}

type Taken = { chunk: Chunk; lines: readonly ReadLine[]; number: number };

/** Tries again where somebody else has made the same things meanwhile: then they are there. */
async function takeChunk(
  work: ImportWork,
  taken: Taken,
  dryWorld: World | undefined,
): Promise<Written> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryChunk(work, taken, dryWorld);
    } catch (error) {
      if (attempt >= TRIES_MAX || !isOvertaken(error)) throw error;
    }
  }
}

function isOvertaken(error: unknown): boolean {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  // A unique key that is taken, a deadlock, or a serialization that failed.
  const codes = ["23505", "40P01", "40001"];
  return (
    cause instanceof Overtaken ||
    (cause instanceof DatabaseError && codes.includes(cause.code ?? ""))
  );
}

const NOTHING: Written = { shards: [], rosters: [], opened: 0 };

async function tryChunk(
  { context, author, row }: ImportWork,
  { chunk, lines, number }: Taken,
  dryWorld: World | undefined,
): Promise<Written> {
  const { db } = context;
  const world = dryWorld ?? emptyWorld();
  const good = lines.flatMap((read) => ("line" in read ? [read.line] : []));
  await loadWorld(db, author.operatorId, { world, lines: good });
  const plan = emptyPlan();
  const at = { world, plan, now: author.at };
  const verdicts = lines.map((read): Verdict => {
    if ("line" in read) return planLine(at, read.number, read.line);
    const { type, field, detail } = read.fault;
    return { line: read.number, type, verdict: "refused", code: "line_invalid", field, detail };
  });
  return await db.transaction(async (tx) => {
    const written = dryWorld === undefined ? await writePlan(tx, author, plan) : NOTHING;
    const counts = countsOf(verdicts, plan.openings.length);
    const text = verdicts.map((verdict) => `${JSON.stringify(verdict)}\n`).join("");
    const { digest, lines: own } = chunk;
    const kept = { number, digest, lines: own.length, verdicts: text, counts };
    if (await keepChunk(tx, row, kept)) return written;
    throw new ImportStopped(
      "taken_over",
      `import ${row.import_id} was taken up by another request`,
    );
  });
}

function countsOf(verdicts: readonly Verdict[], opened: number): ChunkCounts {
  const many = (of: Verdict["verdict"]): number =>
    verdicts.filter(({ verdict }) => verdict === of).length;
  return {
    lines_read: verdicts.length,
    made: many("made"),
    unchanged: many("unchanged"),
    refused: many("refused"),
    accounts_opened: opened,
  };
}

/** Tells the engine and the gateways of one chunk while the next is written, never of more than one. */
function makeTelling(context: ApiContext) {
  let underWay: Promise<void> = Promise.resolve();
  const tell = async ({ shards, rosters }: Written): Promise<void> => {
    try {
      for (const shard of shards) await context.engine.deliverAll(shard);
    } catch (error) {
      // What it did not take waits in the outbox, and is delivered by the sweeper.
      if (!(error instanceof EngineUnavailable || error instanceof EngineFault)) throw error;
    }
    for (const { gateway, version } of rosters) context.announceRoster(gateway, version);
  };
  return {
    next: async (written: Written): Promise<void> => {
      await underWay;
      underWay = tell(written);
      // Its failure is seen by whoever waits for it next.
      underWay.catch(() => undefined);
    },
    end: () => underWay,
  };
}
