/**
 * How long does it take to set up an estate? Writes a file of sites with their units, customers, meters, agreements and accounts,
 * imports it into the product as processes of their own (embedded PostgreSQL, NATS, engine, api), and sends it again.
 *
 *     node --import tsx bench/import/main.ts [ACCOUNTS] [ACCOUNTS_A_SITE]
 */
import { cpuSeconds } from "../harness/cpu.ts";
import { startInstallation } from "../installation/installation.ts";
import { estateLines } from "./estate.ts";

const ACCOUNTS = Number(process.argv[2] ?? 100_000);
const A_SITE = Number(process.argv[3] ?? 500);
const SHARDS = 64;

const installation = await startInstallation(0, { shards: SHARDS });
try {
  const { url, keys, pids } = installation;
  /** CPU seconds of each process, its children's with it. */
  const cpuOf = (): [string, number][] =>
    Object.entries(pids).map(([name, pid]) => [name, cpuSeconds([pid]) - cpuSeconds()]);
  const ask = async (method: string, path: string, body: unknown): Promise<unknown> => {
    const headers = {
      Authorization: `Bearer ${keys.operator}`,
      "Content-Type": typeof body === "string" ? "application/x-ndjson" : "application/json",
    };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(method === "GET" ? {} : { body: text }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  await ask("POST", "/v1/price-lists", {
    price_list: {
      name: "Flat",
      service: "electricity",
      unit: "kWh",
      currency: "EUR",
      timezone: "Europe/Madrid",
      cycle: { every: "month", start_day: 1 },
      block_scope: "all",
      rates: { all: [{ from: "0", price: "0.20" }] },
    },
  });
  await ask("POST", "/v1/supply-policies", {
    name: "Usual",
    currency: "EUR",
    low_credit_thresholds: ["5.00"],
    max_balance: "500.00",
  });
  const file = estateLines(ACCOUNTS, A_SITE);
  const lines = file.split("\n").length - 1;
  console.log(`${ACCOUNTS} accounts: ${lines} lines, ${(file.length / 1e6).toFixed(1)} MB`);
  const timed = async (what: string, path: string): Promise<void> => {
    const begun = performance.now();
    const cpuBefore = cpuOf();
    const done = (await ask("PUT", path, file)) as Record<string, unknown>;
    const tookS = (performance.now() - begun) / 1_000;
    const cpu = cpuOf().map(([name, s], at) => {
      return `${name} ${(s - (cpuBefore[at]?.[1] ?? 0)).toFixed(1)}`;
    });
    const rate = (ACCOUNTS / tookS).toFixed(0);
    console.log(`${what}: ${tookS.toFixed(1)} s, ${rate} accounts/s; CPU s: ${cpu.join(", ")}`);
    const { lines_made, lines_unchanged, lines_refused, accounts_waiting } = done;
    console.log("  ", { lines_made, lines_unchanged, lines_refused, accounts_waiting });
  };
  await timed("dry run", "/v1/imports/dry?dry_run=true");
  await timed("import, until the engine has opened them all", "/v1/imports/estate");
  await timed("the same file under the same id", "/v1/imports/estate");
  await timed("the same file under another id", "/v1/imports/estate-again");
  const page = (await ask("GET", "/v1/accounts?limit=1", undefined)) as { items: unknown[] };
  console.log(page.items[0]);
} finally {
  await installation.stop();
}
