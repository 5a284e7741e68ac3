/**
 * Which codec packs a column of `readings` best? Prints the bytes a reading of each column under each candidate, after a
 * merge, and how long one pass over the column takes.
 *
 *     node --import tsx bench/store-queries/codecs.ts
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { READINGS } from "../../api/store/schema.ts";
import { Fleet } from "./fleet.ts";
import { loadFleet } from "./load.ts";
import { ask, withStore } from "./server.ts";

const SITES = 4;
const HOMES = 128;
const STEPS = 6_000;
const PASSES = 5;

const CANDIDATES = [
  "LZ4",
  "ZSTD(1)",
  "ZSTD(3)",
  "Delta, LZ4",
  "Delta, ZSTD(1)",
  "Delta, ZSTD(3)",
  "DoubleDelta, LZ4",
  "DoubleDelta, ZSTD(1)",
  "T64, LZ4",
  "T64, ZSTD(1)",
  "T64('bit'), ZSTD(1)",
  "Delta, T64, ZSTD(1)",
] as const;

await withStore(async (client) => {
  const fleet = new Fleet(SITES, HOMES);
  const { rows } = await loadFleet(client, fleet, STEPS, () => undefined);
  console.log(`${rows} readings, a month in one part, sorted by account and time\n`);
  console.log("| column | codec | bytes a reading | ms a pass |\n| --- | --- | --- | --- |");
  for (const { name, type, codec } of READINGS.columns) {
    const tried = [];
    for (const candidate of CANDIDATES)
      tried.push({ candidate, ...(await tryCodec(client, { name, type, codec: candidate })) });
    tried.sort((a, b) => a.bytes - b.bytes);
    for (const { candidate, bytes, ms } of tried) {
      const chosen = candidate === codec ? "**" : "";
      console.log(
        `| ${name} | ${chosen}${candidate}${chosen} | ${(bytes / rows).toFixed(3)} | ${ms.toFixed(1)} |`,
      );
    }
  }
});

async function tryCodec(
  client: ClickHouseClient,
  { name, type, codec }: { name: string; type: string; codec: string },
): Promise<{ bytes: number; ms: number }> {
  const run = (query: string) => client.command({ query });
  await run(
    `CREATE TABLE tried (\`${name}\` ${type} CODEC(${codec})) ENGINE = MergeTree ORDER BY tuple() ` +
      "SETTINGS min_bytes_for_wide_part = 0",
  );
  await run(
    `INSERT INTO tried SELECT \`${name}\` FROM readings ORDER BY account, \`to\`, \`from\` SETTINGS max_threads = 1, max_insert_threads = 1`,
  );
  await run("OPTIMIZE TABLE tried FINAL");
  const [size] = await ask<{ bytes: string }>(
    client,
    "SELECT sum(data_compressed_bytes) AS bytes FROM system.columns WHERE table = 'tried' AND database = currentDatabase()",
  );
  let ms = Number.POSITIVE_INFINITY;
  for (let pass = 0; pass < PASSES; pass++) {
    const begun = performance.now();
    await ask(
      client,
      `SELECT max(\`${name}\`) FROM tried SETTINGS max_threads = 1, optimize_use_implicit_projections = 0`,
    );
    ms = Math.min(ms, performance.now() - begun);
  }
  await run("DROP TABLE tried SYNC");
  return { bytes: Number(size?.bytes ?? 0), ms };
}
