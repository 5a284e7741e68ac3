/**
 * What is done to the store, once each and in this order. A published migration is never edited. Two processes may run
 * one at the same time, so every statement must do no harm when it is repeated.
 */
import { LEDGER_TABLE } from "./ledger.ts";
import { ROLLUPS, ratedTable, rollupTable, rollupView } from "./schema.ts";

/** One step. Numbers rise by one from 1. */
export type Migration = { number: number; name: string; statements: readonly string[] };

/** Blocks that could never be inserted, kept for people to look at. */
const REFUSED_BLOCKS =
  "CREATE TABLE IF NOT EXISTS refused_blocks (at DateTime('UTC'), subject String, `table` String, token String, " +
  "reason String, bytes String CODEC(ZSTD(1))) ENGINE = MergeTree ORDER BY at";

/** All steps. */
export const MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: "readings, charges and their roll-ups",
    statements: [
      ratedTable("readings"),
      ratedTable("charges"),
      ...ROLLUPS.flatMap((rollup) => [rollupTable(rollup), rollupView(rollup)]),
      LEDGER_TABLE,
      REFUSED_BLOCKS,
    ],
  },
];
