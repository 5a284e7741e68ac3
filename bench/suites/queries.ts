/**
 * How much room do readings take in the store, how fast are they loaded, and how long does one wait for an answer?
 *
 * A year of half-hours of 5 760 meters on 20 sites, about 100 million readings, goes into the product's schema by the store writer's
 * inserts. Then each question is asked again and again, each time for another account, site or day, one at a time. The sums of
 * the roll-ups must be those of the readings, or the run fails.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { orSkip } from "../harness/skip.ts";
import { quantileOf } from "../harness/spread.ts";
import { noOutcome, type Outcome, type SuiteOptions } from "../harness/suite.ts";
import { Fleet } from "../store-queries/fleet.ts";
import { type Loaded, loadFleet } from "../store-queries/load.ts";
import { questionsOf } from "../store-queries/questions.ts";
import { ask, withStore } from "../store-queries/server.ts";
import { settled, sizesOf } from "../store-queries/sizes.ts";

const STEPS_A_DAY = 48;
const WHOLE = { sites: 20, homes: 288, days: 365, asks: 40 };
const QUICK = { sites: 8, homes: 120, days: 60, asks: 10 };

/** Months as cycles of the fleet's four price lists, told before their readings come. */
const CYCLES =
  "INSERT INTO cycle_starts SELECT tariff, addMonths(toDateTime('2024-12-01 00:00:00', 'UTC'), month) FROM " +
  "(SELECT number + 1 AS tariff FROM numbers(4)) AS tariffs CROSS JOIN (SELECT number AS month FROM numbers(20)) AS months";

/** Runs the suite. */
export async function queriesSuite({ quick, say }: SuiteOptions): Promise<Outcome> {
  const outcome = noOutcome();
  const { sites, homes, days, asks } = quick ? QUICK : WHOLE;
  await orSkip(outcome, [], () =>
    withStore(async (client) => {
      const fleet = new Fleet(sites, homes);
      say(`queries: ${((sites * homes * days * STEPS_A_DAY) / 1e6).toFixed(1)} M readings`);
      await client.command({ query: CYCLES });
      const loaded = await loadFleet(client, fleet, days * STEPS_A_DAY, say);
      await compare(client, loaded.rows);
      const head = ["question", "at once, p50", "p95", "merged, p50", "p95"];
      say("queries: asked right behind the load");
      const early = await times(client, fleet, { days, asks });
      say("queries: waiting for merges");
      await settled(client);
      const late = await times(client, fleet, { days, asks });
      const lines = early.map(([name, ...at], i) => [
        name ?? "",
        ...at,
        ...(late[i] ?? []).slice(1),
      ]);
      outcome.tables.push({ title: "Questions to the store, one at a time", head, lines });
      outcome.tables.push(await room(client, loaded));
      await compare(client, loaded.rows);
    }),
  );
  return outcome;
}

/** Each question `asks` times, behind one that warms up: its name, p50 and p95. */
async function times(
  client: ClickHouseClient,
  fleet: Fleet,
  { days, asks }: { days: number; asks: number },
): Promise<string[][]> {
  const lines: string[][] = [];
  for (const question of questionsOf(fleet, days)) {
    const took: number[] = [];
    for (let nth = -1; nth < asks; nth++) {
      const begun = performance.now();
      const rows = await ask(client, question.ask(Math.abs(nth)));
      if (nth >= 0) took.push(performance.now() - begun);
      if (rows.length < question.rows)
        throw new Error(`${question.name}: ${rows.length} rows in place of ${question.rows}`);
    }
    const ms = (share: number): string => `${quantileOf(took, share).toFixed(1)} ms`;
    lines.push([question.name, ms(0.5), ms(0.95)]);
  }
  return lines;
}

/** Throws where roll-ups and readings differ, or a reading is missing. */
async function compare(client: ClickHouseClient, rows: number): Promise<void> {
  const sums = "toString(sum(quantity)) AS wh, toString(sum(cost)) AS micros";
  const tables = ["readings", "readings_by_hour", "readings_by_day", "readings_by_cycle"];
  const found = [];
  for (const table of tables) {
    const count = table === "readings" ? "sum(last)" : "sum(readings)";
    found.push((await ask(client, `SELECT ${sums}, toString(${count}) AS n FROM ${table}`))[0]);
  }
  const [first] = found as { n: string }[];
  if (
    first?.n !== String(rows) ||
    found.some((each) => JSON.stringify(each) !== JSON.stringify(first))
  )
    throw new Error(`roll-ups and readings differ: ${JSON.stringify(found)}`);
}

async function room(client: ClickHouseClient, { rows, seconds }: Loaded) {
  const head = ["table", "rows", "parts", "bytes on disk", "bytes a reading"];
  const sizes = await sizesOf(client);
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const line = (name: string, cells: string[], bytes: number): string[] => [
    name,
    ...cells,
    `${(bytes / 1e6).toFixed(1)} MB`,
    (bytes / rows).toFixed(2),
  ];
  const lines = sizes.map(({ table, rows: many, parts, bytes }) =>
    line(table, [String(many), String(parts)], bytes),
  );
  lines.push(line("all", ["", ""], total));
  const title = `Room of ${rows} readings, loaded in ${seconds.toFixed(0)} s (${(rows / seconds / 1e6).toFixed(2)} M readings/s)`;
  return { title, head, lines };
}
