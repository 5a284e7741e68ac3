/**
 * Is each vend sold once, whatever 200 clients do? `npm run bench -- vend-storm`.
 *
 * The product as processes of its own, a thousand accounts and a fleet beside them whose readings flow. Clients abort, send
 * twice at the same time, repeat, and use ids again with another body. At the end the receipts must be numbered without gaps,
 * have the same bytes for every repeat, and sum up to what the engine says that it credited, account by account, to the micro.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { creditsByEvents } from "../../api/testing/engine-credits.ts";
import { type StormResult, type StormVend, vendStorm } from "../../api/testing/vend-storm.ts";
import { orSkip } from "../harness/skip.ts";
import { quantileOf } from "../harness/spread.ts";
import { noOutcome, type Outcome, type SuiteOptions } from "../harness/suite.ts";
import { FleetLink } from "../installation/fleet-link.ts";
import { type Installation, startInstallation } from "../installation/installation.ts";

const ACCOUNTS = 1_000;
const CLIENTS = 200;
const SECONDS = 30;
/** Sites of 64 accounts take the first sixteen shards, one each, the fleet the last one. */
const SHARDS = 17;
const FLEET_ACCOUNTS = 10_000;
const FRAME = 1_000;
/** Between two readings of the fleet: some 30 000 readings a second flow, and leave room for vends. */
const PAUSE_MS = 300;

/** Runs the suite. Throws where a vend was lost, sold twice or answered in two ways. */
export async function vendStormSuite(options: SuiteOptions): Promise<Outcome> {
  const outcome = noOutcome();
  await orSkip(outcome, [], async () => {
    const accounts = options.quick ? 128 : ACCOUNTS;
    options.say("vend-storm: starting the installation");
    const installation = await startInstallation(accounts, { shards: SHARDS });
    try {
      await storm(installation, options, outcome);
    } finally {
      await installation.stop();
    }
  });
  return outcome;
}

async function storm(
  installation: Installation,
  { quick, say }: SuiteOptions,
  outcome: Outcome,
): Promise<void> {
  const { nats, url, keys } = installation;
  const accountIds = installation.accounts.map(({ accountId }) => accountId);
  const vendor = await vendorKey(url, keys.operator);
  const fleet = new FleetLink(nats, {
    shards: 1,
    accountsOfShard: FLEET_ACCOUNTS,
    firstShard: SHARDS - 1,
  });
  await fleet.open();
  const before = await creditsByEvents(nats);
  const clients = quick ? 60 : CLIENTS;
  say(`vend-storm: ${clients} clients, ${accountIds.length} accounts`);
  let isOver = false;
  let readings = 0;
  const flow = (async () => {
    while (!isOver) {
      await fleet.sendAll(fleet.frames.snapshots(1, FRAME), 4);
      readings += FLEET_ACCOUNTS;
      await sleep(PAUSE_MS);
    }
  })();
  const seconds = quick ? 5 : SECONDS;
  const begun = performance.now();
  const result = await vendStorm({
    url,
    keys: [keys.vendor, vendor],
    accountIds,
    currency: "EUR",
    clients,
    seconds,
    seed: Math.floor(Math.random() * 1_000_000),
  });
  const tookS = (performance.now() - begun) / 1_000;
  isOver = true;
  await flow;
  const sold = result.vends.filter(({ status }) => status < 300);
  const opened = [...before.values()].reduce((sum, { count }) => sum + count, 0);
  const wrong = [
    ...result.faults,
    ...numbersWrong(sold),
    ...sumsWrong(sold, before, await creditsByEvents(nats, opened + sold.length)),
  ];
  outcome.tables.push(tableOf(result, sold.length, { readings, tookS, wrong: wrong.length }));
  if (wrong.length > 0)
    throw new Error(`the storm found ${wrong.length} faults: ${wrong.slice(0, 5).join("; ")}`);
}

/** A vendor's key, so that floats move, too. */
async function vendorKey(url: string, operator: string): Promise<string> {
  const post = async (path: string, body: unknown): Promise<Record<string, string>> => {
    const answer = await fetch(`${url}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${operator}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (answer.status !== 201) throw new Error(`${path} is answered with ${answer.status}`);
    return (await answer.json()) as Record<string, string>;
  };
  const commissions = [{ service: "electricity", per_mille: "12.5" }];
  const made = await post("/v1/vendors", {
    name: "Kiosk",
    currency: "EUR",
    limit: null,
    commissions,
  });
  const { key } = await post(`/v1/vendors/${made["vendor_id"]}/keys`, { name: "till" });
  return key ?? "";
}

/** Nobody else sells here: the receipts of the storm are all from the first on. */
function numbersWrong(sold: readonly StormVend[]): string[] {
  const numbers = sold
    .map(({ body }) => (JSON.parse(body) as { receipt_number: number }).receipt_number)
    .sort((a, b) => a - b);
  const at = numbers.findIndex((number, i) => number !== i + 1);
  return at < 0 ? [] : [`receipt ${numbers[at]} stands where ${at + 1} has to`];
}

type ByAccount = Awaited<ReturnType<typeof creditsByEvents>>;

function sumsWrong(sold: readonly StormVend[], before: ByAccount, after: ByAccount): string[] {
  const receipts = new Map<string, bigint>();
  for (const { accountId, amountMicros } of sold) {
    receipts.set(accountId, (receipts.get(accountId) ?? 0n) + amountMicros);
  }
  return [...after].flatMap(([account, { micros }]) => {
    const credited = micros - (before.get(account)?.micros ?? 0n);
    const told = receipts.get(account) ?? 0n;
    return credited === told ? [] : [`${account}: receipts ${told}, credits ${credited}`];
  });
}

function tableOf(
  { vends, sent, aborted, repeated, mismatched, unavailable, tookMs }: StormResult,
  sold: number,
  { readings, tookS, wrong }: { readings: number; tookS: number; wrong: number },
): Outcome["tables"][number] {
  const ms = (q: number): string => `${quantileOf(tookMs, q).toFixed(1)} ms`;
  return {
    title: "A storm of vends",
    head: ["what", "how many"],
    lines: [
      ["ids sold", String(sold)],
      ["ids refused", String(vends.length - sold)],
      ["requests", String(sent)],
      ["aborted by the client", String(aborted)],
      ["repeats compared byte by byte", String(repeated)],
      ["ids with another body, all refused", String(mismatched)],
      ["asked to come again, or broken", String(unavailable)],
      ["readings beside it", String(readings)],
      ["ids sold a second", (sold / tookS).toFixed(0)],
      ["until sold, p50", ms(0.5)],
      ["until sold, p99", ms(0.99)],
      ["faults", String(wrong)],
    ],
  };
}
