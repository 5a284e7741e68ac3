/**
 * Delivery of all that waits in a shard: one question for the next command of each of its accounts, and many of these under
 * way at a time. For batches, where asking the registry account by account would take longer than the engine does.
 */
import { asc, sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { engineCommands } from "../registry/schema/accounts.ts";
import { EngineUnavailable } from "./engine-error.ts";
import { COMMAND_COLUMNS, type CommandRow, type Place } from "./outbox.ts";

/** Accounts of one question. */
const ROUND_MAX = 2_000;
/** Rounds of one call: so many commands of one account at most. */
const ROUNDS_MAX = 1_000;
/** Commands under way at a time. */
const UNDER_WAY = 192;

/** Delivers what waits in a shard; gives how many commands were answered. Throws EngineUnavailable or EngineFault. */
export type DeliverAll = (shard: number) => Promise<number>;

/** What it is made of: the delivery of a shard's own commands, and of one row. */
export type DeliverAllParts = {
  db: NodePgDatabase;
  deliver: (place: Place, upTo: number) => Promise<unknown>;
  deliverRow: (row: CommandRow) => Promise<unknown>;
};

/** Makes it. Other deliveries of the same accounts may run beside it: a number is carried out once, whoever sends it. */
export function makeDeliverAll({ db, deliver, deliverRow }: DeliverAllParts): DeliverAll {
  return async (shard) => {
    let answered = 0;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      await deliver({ shard, slot: null }, Number.MAX_SAFE_INTEGER);
      const rows = await firstPending(db, shard);
      if (rows.length === 0) break;
      await sideBySide(rows, deliverRow);
      answered += rows.length;
    }
    return answered;
  };
}

/** The next command of each account of the shard that has one waiting, by slot. */
function firstPending(db: NodePgDatabase, shard: number): Promise<CommandRow[]> {
  return db
    .selectDistinctOn([engineCommands.slot], COMMAND_COLUMNS)
    .from(engineCommands)
    .where(
      sql`${engineCommands.shard} = ${shard} and ${engineCommands.slot} is not null and ${engineCommands.state} = 'pending'`,
    )
    .orderBy(asc(engineCommands.slot), asc(engineCommands.number))
    .limit(ROUND_MAX);
}

/** One that fails does not stop the others, unless the engine is away; its error is thrown when all are done. */
async function sideBySide(
  rows: readonly CommandRow[],
  deliverRow: (row: CommandRow) => Promise<unknown>,
): Promise<void> {
  const rest = rows.values();
  const errors: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (const row of rest) {
      if (errors.some((error) => error instanceof EngineUnavailable)) return;
      await deliverRow(row).catch((error: unknown) => errors.push(error));
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, worker));
  if (errors.length > 0) throw errors[0];
}
