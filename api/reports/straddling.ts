/**
 * How much of what an interval counts could belong to its neighbours, since readings did not end at its edges.
 */
import { inChunks } from "../each.ts";
import { READING_S_MAX, READINGS_AT_EDGES } from "./readings.ts";
import type { Share } from "./shares.ts";
import type { ReportStore } from "./store.ts";
import { intervalOf } from "./sums.ts";

/** What an interval of a group may have too much (`lose`) or too little (`gain`) of, at most, in atoms. */
export type Doubt = { group: number; fromS: number; loseAtoms: bigint; gainAtoms: bigint };

const ACCOUNTS_AT_ONCE = 20_000;

/**
 * A reading that overlaps several intervals is counted where its parts end; all of it could lie in any of them. The
 * doubts of each group and interval, where there are any. Exact while no reading is longer than READING_S_MAX.
 */
export async function doubtsOf(
  store: ReportStore,
  shares: readonly Share[],
  edges: readonly number[],
): Promise<Doubt[]> {
  const found: Doubt[] = [];
  const starts = edges.slice(0, -1);
  for (const some of inChunks(shares, ACCOUNTS_AT_ONCE)) {
    const rows = await store.rows<[number, number, string, string]>(DOUBTS, {
      accounts: some.map(({ number }) => number),
      groups: some.map(({ group }) => group),
      starts,
      edges,
      nths: starts.map((_, nth) => nth + 1),
      first: edges[0],
      end: edges.at(-1),
    });
    for (const [group, fromS, lose, gain] of rows)
      found.push({ group, fromS, loseAtoms: BigInt(lose), gainAtoms: BigInt(gain) });
  }
  return found;
}

const NTH = (at: string): string =>
  `transform(${intervalOf(at)}, {starts:Array(UInt32)}, {nths:Array(UInt32)}, toUInt32(0))`;
const COUNTED = `arraySum(p -> if(p.1 <= {end:UInt32} AND p.1 > {first:UInt32} AND ${intervalOf("p.1 - 1")} = b, p.2, 0), parts)`;

const DOUBTS =
  "SELECT grp, b, toString(sum(toInt128(counted))), toString(sum(toInt128(q - counted))) FROM (" +
  "SELECT transform(account, {accounts:Array(UInt32)}, {groups:Array(UInt32)}, toUInt32(4294967295)) AS grp, q, " +
  `arrayJoin(arraySlice({starts:Array(UInt32)}, low, high - low + 1)) AS b, ${COUNTED} AS counted ` +
  `FROM (SELECT *, ${NTH("greatest(f, {first:UInt32})")} AS low, ` +
  `${NTH("least(t, {end:UInt32}) - 1")} AS high FROM (${READINGS_AT_EDGES}) ` +
  "WHERE low < high OR f < {first:UInt32} OR t > {end:UInt32})" +
  ") GROUP BY grp, b ORDER BY grp, b";

/** Says in words what the doubts leave out. */
export const DOUBTS_NOTE: string =
  "readings are counted whole where they end; at_least and at_most say what could be if all that was read across the edges " +
  `of an interval lay on the other side (exact for readings of at most ${READING_S_MAX / 86_400} days)`;
