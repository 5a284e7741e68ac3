/**
 * How fast do rated rows land in ClickHouse, beside inserts of the same rows without us?
 *
 * Our side takes blocks from JetStream and answers for each once; the others hold their rows ready. All insert into tables
 * of the same schema. After each round every table must have the same count and sums; then all are emptied.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { openStore } from "../../api/store/client.ts";
import { migrateStore } from "../../api/store/migrate.ts";
import { ROLLUPS } from "../../api/store/rollups.ts";
import { startClickhouse } from "../../engine/host/clickhouse.ts";
import { interleave, type Sample, type Side, timesAsFast } from "../harness/rounds.ts";
import { asSkip, orSkip } from "../harness/skip.ts";
import { noOutcome, type Outcome, type SuiteOptions } from "../harness/suite.ts";
import { BARE_TABLE, insertJson, insertNative } from "../peers/clickhouse.ts";
import { Broker } from "../pipeline/broker.ts";
import { land } from "../store/landing.ts";
import { blocksOf, type StoreBlock } from "../store/rows.ts";

const SUMS =
  "SELECT count() || ' rows, cost ' || sum(cost) || ', register ' || sum(register) AS told FROM readings";
const BYTES =
  "SELECT round(sum(bytes_on_disk) / sum(rows), 1) AS told FROM system.parts " +
  "WHERE active AND table = 'readings' AND database = currentDatabase()";

/** Runs the suite. */
export async function storeSuite(options: SuiteOptions): Promise<Outcome> {
  const outcome = noOutcome();
  await orSkip(outcome, ["8a", "8b"], async () => {
    const broker = await Broker.start();
    try {
      const clickhouse = await asSkip(startClickhouse({ data: broker.folder, port: 0 }));
      try {
        await race(broker, { url: clickhouse.url, pid: clickhouse.pid }, options, outcome);
      } finally {
        await clickhouse.stop();
      }
    } finally {
      await broker.stop();
    }
  });
  return outcome;
}

async function race(
  broker: Broker,
  server: { url: string; pid: number },
  options: SuiteOptions,
  outcome: Outcome,
): Promise<void> {
  const accounts = options.quick ? 65_536 : 131_072;
  const steps = options.quick ? 16 : 24;
  const urls = ["ours", "native", "bare", "json"].map((name) => inDatabase(server.url, name));
  const [ours = "", native = "", bare = "", json = ""] = urls;
  for (const url of [ours, native, json]) await migrateStore(url);
  await makeBare(server.url, bare);
  const clients = urls.map((url) => openStore(url));
  const servers = [broker.server.pid, server.pid];
  const made = { round: Number.NaN, blocks: [] as StoreBlock[] };
  const blocks = (round: number): StoreBlock[] => {
    if (made.round !== round)
      made.blocks = Array.from({ length: steps }, (_, i) =>
        blocksOf(accounts, 1 + (round + 1) * steps + i),
      ).flat();
    made.round = round;
    return made.blocks;
  };
  let bytesARow = "";
  const side = (
    index: number,
    name: string,
    run: (client: ClickHouseClient, round: number) => Promise<Sample>,
  ): Side => ({
    name,
    unit: "rows",
    run: async (round) => {
      const client = clients[index];
      if (client === undefined) throw new Error("no client");
      const sample = await run(client, round);
      const check = await ask(client, SUMS);
      if (index === 0) bytesARow = await ask(client, BYTES);
      await empty(client, index !== 2);
      return { ...sample, check };
    },
  });
  const sides = [
    side(0, "JetStream, writer, ClickHouse", (_, round) =>
      land(broker, ours, { blocks: blocks(round), round, servers }),
    ),
    side(1, "raw Native", (client, round) => insertNative(client, blocks(round), servers)),
    side(2, "raw Native, bare table", (client, round) =>
      insertNative(client, blocks(round), servers),
    ),
    side(3, "JSONEachRow", (client, round) => insertJson(client, blocks(round), servers)),
  ];
  options.say(`store: row 8, ${options.rounds} rounds of ${accounts * steps} rows`);
  const [landed, raw, rawBare, objects] = await interleave(sides, options.rounds);
  for (const client of clients) await client.close();
  if (landed === undefined || raw === undefined || objects === undefined) return;
  const bareRatio = timesAsFast(landed, rawBare).median.toFixed(2);
  const notes = [
    `${accounts * steps} rows a round in blocks of 16 Ki; ${bytesARow} bytes a row on disk, before merges`,
    `beside raw inserts into a bare table (no roll-ups, no sync) the ratio is ${bareRatio}`,
  ];
  const beside = rawBare === undefined ? [] : [rawBare];
  outcome.measured.push(
    { row: "8a", value: timesAsFast(landed, raw), sides: [landed, raw, ...beside], notes },
    { row: "8b", value: timesAsFast(landed, objects), sides: [landed, objects], notes: [] },
  );
}

function inDatabase(url: string, name: string): string {
  const made = new URL(url);
  made.pathname = `/bench_${name}`;
  return made.href;
}

async function makeBare(server: string, url: string): Promise<void> {
  const admin = openStore(server);
  await admin.command({ query: `CREATE DATABASE ${new URL(url).pathname.slice(1)}` });
  await admin.close();
  const client = openStore(url);
  await client.command({ query: BARE_TABLE });
  await client.close();
}

async function ask(client: ClickHouseClient, query: string): Promise<string> {
  const result = await client.query({ query, format: "JSONEachRow" });
  const [row] = await result.json<{ told: string | number }>();
  return String(row?.told ?? "");
}

async function empty(client: ClickHouseClient, hasRollups: boolean): Promise<void> {
  const tables = ["readings", ...(hasRollups ? ROLLUPS.map(({ table }) => table) : [])];
  for (const table of tables) await client.command({ query: `TRUNCATE TABLE ${table}` });
}
