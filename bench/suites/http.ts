/**
 * How many balances and vends does the api answer a second, beside a server that answers with a constant?
 *
 * The api does all of its work: key, operator, account, a question to the engine, JSON. A vend is a transaction in
 * PostgreSQL, a command that the engine journals and syncs, a receipt in a second transaction. wrk asks from one thread, for
 * balances over READERS connections, as apps and displays keep them open, and beside that over FEW; both servers over the
 * same. After the vends the balances must have grown by what was answered.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineQueryReply } from "../../engine/contract/queries.ts";
import { engineQuery } from "../../engine/contract/subjects.ts";
import { cpuSeconds } from "../harness/cpu.ts";
import { short } from "../harness/format.ts";
import { plainArguments } from "../harness/plain.ts";
import { interleave, type Sample, type Side, timesAsFast } from "../harness/rounds.ts";
import { orSkip } from "../harness/skip.ts";
import { spreadOf } from "../harness/spread.ts";
import { noOutcome, type Outcome, type SuiteOptions } from "../harness/suite.ts";
import { tied } from "../harness/tied.ts";
import { needWrk, type WrkRun, wrk } from "../harness/wrk.ts";
import { type Installation, startInstallation } from "../installation/installation.ts";

const EUR_MICROS = 1_000_000n;
/** Connections of those who read, and of those who sell. */
const READERS = 256;
const FEW = 32;
const SELLERS = 32;
const SLOTS_A_QUERY = 64;

/** Runs the suite. */
export async function httpSuite(options: SuiteOptions): Promise<Outcome> {
  const outcome = noOutcome();
  await orSkip(outcome, ["10"], async () => {
    needWrk();
    options.say("http: starting the installation");
    const installation = await startInstallation(options.quick ? 256 : 4_096);
    const ids = installation.accounts.map(({ accountId }) => accountId);
    const files = {
      accounts: listFile("accounts", ids),
      paths: listFile("paths", ids.map(pathOf)),
    };
    const plain = await startPlain(await balanceText(installation));
    try {
      await race({ installation, plain, files }, options, outcome);
    } finally {
      plain.child.kill("SIGKILL");
      for (const file of Object.values(files)) rmSync(file);
      await installation.stop();
    }
  });
  return outcome;
}

type Plain = { child: ChildProcess; url: string };
type Around = {
  installation: Installation;
  plain: Plain;
  files: { accounts: string; paths: string };
};

async function race(
  { installation, plain, files }: Around,
  options: SuiteOptions,
  outcome: Outcome,
): Promise<void> {
  const { url, keys } = installation;
  const pids = Object.values(installation.pids);
  const seconds = options.quick ? 1 : 5;
  const waits: Record<string, WrkRun[]> = { balances: [], vends: [] };
  const get = { kind: "get", paths: files.paths, key: keys.operator, mark: "", seconds } as const;
  const balancesOver = (connections: number): Side =>
    sideOf(`balance reads, api over uWS, ${connections} connections`, pids, async () => {
      const run = await wrk(url, { ...get, connections });
      if (connections === READERS) waits["balances"]?.push(run);
      return run;
    });
  const constantOver = (connections: number): Side =>
    sideOf(
      `a constant, @hono/node-server, ${connections} connections`,
      [plain.child.pid ?? 0],
      () => wrk(plain.url, { ...get, connections }),
    );
  let sold = 0n;
  const vends = sideOf("vends, api over uWS", pids, async (round) => {
    const mark = `r${round + 1}-${process.pid}-`;
    const run = await wrk(url, {
      ...get,
      kind: "vend",
      paths: files.accounts,
      key: keys.vendor,
      mark,
      connections: SELLERS,
    });
    waits["vends"]?.push(run);
    sold += BigInt(run.requests);
    return run;
  });
  const before = await balanceSum(installation);
  // Every account is read once before: what the api keeps in mind of it is looked up then.
  await wrk(url, { ...get, connections: READERS });
  options.say(`http: row 10, ${options.rounds} rounds of 5 × ${seconds} s`);
  const results = await interleave(
    [balancesOver(READERS), constantOver(READERS), vends, balancesOver(FEW), constantOver(FEW)],
    options.rounds,
  );
  const paid = (await balanceSum(installation)) - before;
  const counted = sold * EUR_MICROS;
  // Of each seller one vend may be answered after wrk stopped counting.
  const most = counted + BigInt((options.rounds + 1) * SELLERS) * EUR_MICROS;
  if (paid < counted || paid > most)
    throw new Error(`vends of ${counted} micros were answered, balances grew by ${paid}`);
  const [read, same, vend, ...few] = results;
  if (read === undefined || same === undefined || vend === undefined) return;
  const [fewRead = read, fewSame = same] = few;
  const told = (name: string): string => {
    const of = (figure: "p50Ms" | "p99Ms"): string =>
      short(spreadOf((waits[name] ?? []).map((run) => run[figure])).median);
    return `${of("p50Ms")} / ${of("p99Ms")}`;
  };
  outcome.measured.push({
    row: "10",
    value: timesAsFast(read, same),
    sides: [read, same, vend, fewRead, fewSame],
    notes: [
      `${installation.accounts.length} accounts; ${READERS} connections, over ${FEW} ${timesAsFast(fewRead, fewSame).median.toFixed(2)} of the constant; p50 / p99 of a balance ${told("balances")} ms, of a vend ${told("vends")} ms, both at full load`,
      `vends, which are on disk twice before they are answered: ${timesAsFast(vend, same).median.toFixed(3)} of the constant`,
    ],
  });
}

function sideOf(name: string, pids: number[], run: (round: number) => Promise<WrkRun>): Side {
  return {
    name,
    unit: "requests",
    run: async (round): Promise<Sample> => {
      const cpu = cpuSeconds(pids);
      const { requests, seconds, errors } = await run(round);
      if (errors > 0) throw new Error(`${name}: ${errors} of ${requests} requests failed`);
      return { units: requests, seconds, cpuSeconds: cpuSeconds(pids) - cpu };
    },
  };
}

function pathOf(id: string): string {
  return `/v1/accounts/${id}/balance`;
}

function listFile(name: string, lines: readonly string[]): string {
  const file = join(tmpdir(), `drawdown-bench-${process.pid}-${name}`);
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

async function balanceText({ url, keys, accounts }: Installation): Promise<string> {
  const answer = await fetch(`${url}${pathOf(accounts[0]?.accountId ?? "")}`, {
    headers: { authorization: `Bearer ${keys.operator}` },
  });
  if (answer.status !== 200) throw new Error(`a balance is answered with ${answer.status}`);
  return answer.text();
}

async function startPlain(text: string): Promise<Plain> {
  const program = plainArguments(new URL("../peers/node-server.ts", import.meta.url));
  const child = tied(
    spawn(process.execPath, [...program, text], { stdio: ["ignore", "pipe", "inherit"] }),
  );
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  return { child, url: `http://127.0.0.1:${port.toString().trim()}` };
}

async function balanceSum({ nats, accounts }: Installation): Promise<bigint> {
  let sum = 0n;
  for (let from = 0; from < accounts.length; from += SLOTS_A_QUERY) {
    const part = accounts.slice(from, from + SLOTS_A_QUERY);
    for (const shard of new Set(part.map((account) => account.shard))) {
      const slots = part.filter((account) => account.shard === shard).map(({ slot }) => slot);
      const answer = await nats.request(engineQuery(shard), JSON.stringify({ slots }));
      const reply = answer.json<EngineQueryReply>();
      if (reply.status !== "ok") throw new Error(`the engine does not tell its balances`);
      for (const state of reply.accounts) sum += BigInt(state?.balance_micros ?? 0);
    }
  }
  return sum;
}
