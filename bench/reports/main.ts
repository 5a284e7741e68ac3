/**
 * How long do reports take? Fills a store with hourly rows of one site's accounts and times the questions behind reports.
 *
 *     node --import tsx bench/reports/main.ts [ACCOUNTS] [DAYS]
 */

import { consumptionSums } from "../../api/reports/consumption.ts";
import { daySeries, edgesBefore } from "../../api/reports/day-series.ts";
import { loadsOf } from "../../api/reports/load.ts";
import { balancesOf } from "../../api/reports/losses.ts";
import { statementSums } from "../../api/reports/statement.ts";
import { openReportStore } from "../../api/reports/store.ts";
import type { Subject } from "../../api/reports/subjects.ts";
import { openStore } from "../../api/store/client.ts";
import { migrateStore } from "../../api/store/migrate.ts";
import { withServers } from "../../engine/host/testing.ts";

const ACCOUNTS = Number(process.argv[2] ?? 1_000);
const DAYS = Number(process.argv[3] ?? 365);
const ROUNDS = 15;
const FROM_S = Date.parse("2025-01-01T00:00:00Z") / 1_000;
const DAY_S = 86_400;
const MADRID = "Europe/Madrid";
const TO_S = FROM_S + DAYS * DAY_S;

const servers = await withServers({ clickhouse: true });
try {
  await migrateStore(servers.clickhouseUrl);
  const client = openStore(servers.clickhouseUrl);
  const hours = DAYS * 24;
  // Reads seven minutes past the hour, so that none ends at an interval's edge; a day of all accounts at a time.
  for (let day = 0; day < DAYS; day++)
    await client.command({
      query:
        "INSERT INTO readings (account, `from`, `to`, register, quantity, cost, tariff, verdict, period, block, last) " +
        "SELECT intDiv(number, 24) + 1, toDateTime({from:UInt32} + number % 24 * 3600 + 420, 'UTC'), " +
        "toDateTime({from:UInt32} + number % 24 * 3600 + 4020, 'UTC'), {from:UInt32} + number % 24, cityHash64(number, {from:UInt32}) % 2000, " +
        "cityHash64(number, {from:UInt32}) % 2000 * 178, 1, 0, number % 3, 0, 1 FROM numbers({rows:UInt32})",
      query_params: { from: FROM_S + day * DAY_S, rows: ACCOUNTS * 24 },
    });
  console.log(`${(ACCOUNTS * hours).toLocaleString("en")} rows of ${ACCOUNTS} accounts`);
  const store = openReportStore(client);
  const subjects = Array.from({ length: ACCOUNTS }, (_, at) => subject(at + 1));
  const month = { fromS: TO_S - 31 * DAY_S, toS: TO_S };
  const numbers = subjects.map(({ number }) => number);
  const one = subjects.slice(7, 8);
  const shares = (of: readonly Subject[]) => of.map(({ number }) => ({ number, group: 0 }));
  const questions: [string, () => Promise<unknown[]>][] = [
    ["an account's year by day", () => sums(one, { fromS: FROM_S, toS: TO_S }, "day", "account")],
    ["an account's month by quarter hour", () => sums(one, month, "quarter_hour", "account")],
    ["a site's month by hour", () => sums(subjects, month, "hour", "site")],
    ["a site's month, each account", () => sums(subjects, month, "whole", "account")],
    ["a site's year by month", () => sums(subjects, { fromS: FROM_S, toS: TO_S }, "month", "site")],
    [
      "an account's statement lines of a month",
      async () => (await statementSums(store, [8], month)).consumed,
    ],
    [
      "a site's statement lines of a month",
      async () => (await statementSums(store, numbers, month)).consumed,
    ],
    ["losses of a site, a month in one", () => losses("whole")],
    ["losses of a site, a month by day", () => losses("day")],
    ["an account's load of a day", () => loads(one, DAY_S)],
    ["a site's load of a day", () => loads(subjects, DAY_S)],
    [
      "120 days of each account, for forecasts",
      () => daySeries(store, numbers, edgesBefore(TO_S, 120, "day", MADRID)),
    ],
  ];
  const sums = (
    of: readonly Subject[],
    time: { fromS: number; toS: number },
    every: "day" | "quarter_hour" | "hour" | "whole" | "month",
    by: "account" | "site",
  ) => consumptionSums({ store, subjects: of, by, asked: { ...time, every } });
  const losses = (every: "whole" | "day") => balancesOf(store, subjects, { ...month, every });
  const loads = (of: readonly Subject[], lengthS: number) =>
    loadsOf(store, shares(of), { fromS: TO_S - lengthS - DAY_S, toS: TO_S - DAY_S, lengthS: 900 });
  for (const [name, ask] of questions) {
    const took: number[] = [];
    let rows = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const begun = performance.now();
      rows = (await ask()).length;
      took.push(performance.now() - begun);
    }
    took.sort((a, b) => a - b);
    const at = (share: number): string => (took[Math.floor(share * (ROUNDS - 1))] ?? 0).toFixed(0);
    console.log(`| ${name} | ${rows} | ${at(0.5)} ms | ${at(0.95)} ms |`);
  }
  await client.close();
} finally {
  await servers.stop();
}

function subject(number: number): Subject {
  return {
    number,
    accountId: `account ${number}`,
    usagePointId: `point ${number}`,
    shard: 0,
    slot: number,
    service: "electricity",
    currency: "EUR",
    holds: "money",
    paymentMode: "prepayment",
    openedAtS: FROM_S,
    unitId: `unit ${number}`,
    unit: `Unit ${number}`,
    use: number === 1 ? "supply" : "private",
    areaDm2: null,
    siteId: "site",
    site: "Site",
    timezone: MADRID,
    tariffClassId: null,
    tariffClass: null,
    costCenter: null,
  };
}
