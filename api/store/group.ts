/**
 * Blocks of one table that go to ClickHouse in one insert: what an insert costs hardly depends on its size.
 */
import { createHash } from "node:crypto";
import type { RatedTable } from "../../engine/contract/rated.ts";
import type { RatedBlock } from "./rated-block.ts";

/** Most rows of a group, unless one block alone has more. */
export const GROUP_ROWS_MAX = 1_048_576;
/** Most blocks of a group. */
export const GROUP_BLOCKS_MAX = 512;

/** Some blocks, at least one, each of another token; the same group has the same token. */
export type RatedGroup = {
  table: RatedTable;
  token: string;
  rows: number;
  blocks: readonly RatedBlock[];
};

/** The group of these blocks of one table. */
export function groupOf(table: RatedTable, blocks: readonly RatedBlock[]): RatedGroup {
  const hash = createHash("sha256");
  for (const { token } of blocks) hash.update(`${token}\n`);
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  return { table, token: hash.digest("hex").slice(0, 32), rows, blocks };
}
