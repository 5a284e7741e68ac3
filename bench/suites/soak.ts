/**
 * Does an installation stay as it is under load? `npm run bench -- soak --minutes N`.
 *
 * Readings at 70 % of what passes at most, with vends and balance reads beside them all the time, through the whole product
 * with its store. Once a second memory and file descriptors of each process, the lag and the latencies are noted; each is
 * flat when the mean of its last quarter is at most a tenth over that of its second. At the end the store's costs must be
 * what the readings must have cost.
 */
import { Agent } from "node:http";
import { inspect } from "node:util";
import { jetstreamManager } from "@nats-io/jetstream";
import { openStore } from "../../api/store/client.ts";
import { storeMustAgree } from "../chain/agreement.ts";
import { sendSteps } from "../chain/sender.ts";
import { exchange } from "../harness/exchange.ts";
import { short } from "../harness/format.ts";
import { orSkip } from "../harness/skip.ts";
import { type Chart, noOutcome, type Outcome, type SuiteOptions } from "../harness/suite.ts";
import { FleetLink } from "../installation/fleet-link.ts";
import { type Installation, startInstallation } from "../installation/installation.ts";
import { paced } from "../latency/pace.ts";
import { vend } from "../latency/vends.ts";
import { courseOf, lineOf, type Series } from "../soak/series.ts";
import { Watch } from "../soak/watch.ts";

const SHARE = 0.7;
const REGISTERED = 256;
/** Registered sites lie in the first shards, the fleet of readings in those behind. */
const FIRST_SHARD = 4;
const SHARDS = 8;
const FRAME = 1_000;
const VENDS_A_SECOND = 5;
const READS_A_SECOND = 20;
/** So long an idle connection is kept, unless the api says that it keeps it for less. */
const IDLE_MS = 60_000;
const STEPS = "a step of all readings";
const VENDS = "vend";
const READS = "balance read";
/** What may come on top of a series before it counts as growing: MiB, descriptors, messages, milliseconds. */
const SLACK = { memory: 32, descriptors: 8, lag: 100, latency: 20 };

/** Runs the suite. */
export async function soakSuite(options: SuiteOptions): Promise<Outcome> {
  const outcome = noOutcome();
  await orSkip(outcome, [], async () => {
    options.say("soak: starting the installation");
    const shards = FIRST_SHARD + SHARDS;
    const installation = await startInstallation(REGISTERED, { shards, hasStore: true });
    try {
      await soak(installation, options, outcome);
    } finally {
      await installation.stop();
    }
  });
  return outcome;
}

async function soak(
  installation: Installation,
  { quick, minutes, say }: SuiteOptions,
  outcome: Outcome,
): Promise<void> {
  const { nats, pids, clickhouseUrl } = installation;
  const manager = await jetstreamManager(nats);
  const accountsOfShard = quick ? 1_000 : 25_000;
  const size = { firstShard: FIRST_SHARD, shards: SHARDS, accountsOfShard };
  const fleet = new FleetLink(nats, size);
  await fleet.open();
  const watch = new Watch({ ...pids, bench: process.pid }, manager, [STEPS, VENDS, READS]);
  const stop = new AbortController();
  const beside = besides(installation, watch, minutes * 60 + 3_600, stop.signal);
  // What goes wrong is told when it is awaited.
  beside.catch(() => {});
  const seekSeconds = quick ? 5 : 30;
  say(`soak: seeking the maximum for ${seekSeconds} s`);
  const most =
    (await during(seekSeconds, (signal) =>
      sendSteps(fleet, manager, { size: FRAME, stop: signal }),
    )) / seekSeconds;
  const stepsPerSecond = most * SHARE;
  const readings = SHARDS * accountsOfShard * stepsPerSecond;
  say(`soak: ${short(readings)} readings/s for ${minutes} min`);
  watch.begin();
  await during(minutes * 60, (signal) =>
    sendSteps(fleet, manager, { size: FRAME, stepsPerSecond, stop: signal }, (tookMs) =>
      watch.took(STEPS, tookMs),
    ),
  );
  watch.stop();
  stop.abort();
  const requests = await beside;
  const [first] = requests.failures;
  if (first !== undefined)
    outcome.faults.push(`soak: ${requests.failures.length} requests failed: ${inspect(first)}`);
  const client = openStore(clickhouseUrl);
  const accounts = SHARDS * accountsOfShard;
  await storeMustAgree(client, manager, { accounts, steps: fleet.frames.nextStep });
  await client.close();
  report(
    watch,
    requests,
    outcome,
    `${short(readings)} readings/s, ${VENDS_A_SECOND} vends/s, ${READS_A_SECOND} balance reads/s for ${minutes} min`,
  );
}

/** Vends and balance reads at their pace until told to stop. */
async function besides(
  installation: Installation,
  watch: Watch,
  seconds: number,
  stop: AbortSignal,
): Promise<Requests> {
  const agent = new Agent({ keepAlive: true, timeout: IDLE_MS });
  const all = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let sent = 0;
  const note = (name: string, dueMs: number, work: Promise<void>): void => {
    const noted = work
      .then(() => watch.took(name, performance.now() - dueMs))
      .catch((error: unknown) => void failures.push(error))
      .finally(() => all.delete(noted));
    all.add(noted);
    sent += 1;
  };
  await Promise.all([
    paced(
      VENDS_A_SECOND,
      seconds,
      (due, i) => note(VENDS, due, vend(installation, agent, `soak-${i}`)),
      stop,
    ),
    paced(
      READS_A_SECOND,
      seconds,
      (due, i) => note(READS, due, read(installation, agent, i)),
      stop,
    ),
  ]);
  await Promise.all(all);
  agent.destroy();
  return { sent, failures };
}

/** What became of the requests: half an hour is not lost for one that failed, it is told of. */
type Requests = { sent: number; failures: readonly unknown[] };

async function read(
  { url, keys, accounts }: Installation,
  agent: Agent,
  index: number,
): Promise<void> {
  const id = accounts[index % accounts.length]?.accountId;
  const headers = { authorization: `Bearer ${keys.operator}` };
  const status = await exchange(`${url}/v1/accounts/${id}/balance`, { agent, headers });
  if (status !== 200) throw new Error(`a balance is answered with ${status}`);
}

async function during<T>(seconds: number, work: (stop: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), seconds * 1_000);
  try {
    return await work(stop.signal);
  } finally {
    clearTimeout(timer);
  }
}

function report(watch: Watch, { sent, failures }: Requests, outcome: Outcome, load: string): void {
  const kinds: [string, Series[], number][] = [
    ["MiB", watch.memory, SLACK.memory],
    ["descriptors", watch.descriptors, SLACK.descriptors],
    ["messages", watch.lag, SLACK.lag],
    ["p99 ms", watch.latency, SLACK.latency],
  ];
  const lines = kinds.flatMap(([unit, all, slack]) =>
    all.map((each) => {
      const { early, late, isFlat } = courseOf(each, slack);
      return [each.name, unit, early.toFixed(1), late.toFixed(1), isFlat ? "flat" : "GROWS"];
    }),
  );
  const verdict = failures.length === 0 ? "none failed" : "FAILED";
  lines.push(["requests that failed", `of ${sent}`, "", String(failures.length), verdict]);
  outcome.tables.push({
    title: `Soak: ${load}`,
    head: ["what", "unit", "mean of the second quarter", "of the last quarter", "course"],
    lines,
  });
  outcome.charts.push(
    chartOf("soak-memory", "Soak: resident memory", "MiB", watch.memory),
    chartOf("soak-lag", "Soak: what lies between the parts", "messages", watch.lag),
    chartOf("soak-latency", "Soak: 99th percentile of each second", "milliseconds", watch.latency),
  );
}

function chartOf(file: string, title: string, unit: string, all: readonly Series[]): Chart {
  return {
    file,
    title,
    x: { label: "minutes", isLog: false },
    y: { label: unit, isLog: false },
    lines: all.map(lineOf),
  };
}
