/**
 * The torture: cycles of load and faults over a whole installation, and after each a rest in which the clients' ledger
 * is compared with all that the installation holds. Ends at the first cycle in which anything is wrong.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "@nats-io/transport-node";
import { connectBroker } from "../contract/broker/connect.ts";
import { inboxOf } from "../contract/broker/permissions.ts";
import { toolsCredentials } from "../host/broker-files.ts";
import { Random } from "../prove/random.ts";
import { compare, type Differences, differs } from "./compare.ts";
import { Deck, doFault, type FaultKind } from "./faults.ts";
import { type Installation, startInstallation } from "./installation.ts";
import { Ledger } from "./ledger.ts";
import { readStatus, setPaused, writePlan } from "./load/plan.ts";
import { type Recoveries, type RecoverySummary, summaryOf, timeRecovery } from "./recovery.ts";
import { register, type Size } from "./register.ts";
import { Vending } from "./vending.ts";
import { engineView, registryView, storeView } from "./views.ts";

/** How long, how hard, and in which order. */
export type TortureOptions = {
  cycles: number;
  /** Load of one cycle, in seconds. */
  seconds: number;
  seed: number;
  size: Size;
  env: NodeJS.ProcessEnv;
  say(line: string): void;
  /** Done after each comparison and before another one: where tests plant what that must find. */
  plant?(world: { ledger: Ledger; installation: Installation }): Promise<void>;
  /** How long the parts may take to come to rest and agree with the ledger. */
  restMsMax?: number;
};

/** What is reported; `folder` is kept when anything is wrong, and undefined otherwise. */
export type TortureReport = {
  cycles: number;
  acked_readings: number;
  lost_readings: number;
  acked_vends: number;
  lost_vends: number;
  double_vends: number;
  balance_mismatches: number;
  store_mismatches: number;
  /** Answers to vends that there must not be, and an installation that did not come to rest. */
  other_faults: readonly string[];
  /** How often parts ended by themselves: an engine that lost a worker's batch, or found no NATS at its start. */
  own_ends: Record<string, number>;
  recovery_ms: Record<string, RecoverySummary>;
  faults: Partial<Record<FaultKind, number>>;
  seconds: number;
  seed: number;
  folder: string | undefined;
  /** What differed, the first lines of it. */
  differences: readonly string[];
};

/** The usual load: 8 gateways, 1 800 meters, about 5 000 readings/s and 30 vends/s. */
export const USUAL_SIZE: Size = { snapshotSites: 4, profileSites: 4, meters: 225 };
const FAULTS_A_CYCLE = 4;
const VENDING_CLIENTS = 40;
const THINK_MS = 850;
const DAYS_BACK_S = 200 * 86_400;
/** Longer than JetStream waits for an acknowledgement and the longest waits of publisher and writer together. */
const REST_MS_MAX = 120_000;
const LOOK_MS = 100;
/** A comparison that has not agreed for so long is told of. */
const SLOW_MS = 15_000;

/** Runs it. Rejects when the installation cannot be started. */
export async function torture(options: TortureOptions): Promise<TortureReport> {
  const startedMs = Date.now();
  const data = mkdtempSync(join(tmpdir(), "drawdown-torture-"));
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {});
  let isRight = false;
  const installation = await startInstallation(data, options.env, fail).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the installation does not start (${why}): its logs are in ${data}`, { cause });
  });
  const access = {
    servers: installation.direct.nats,
    inbox: inboxOf("tools"),
    credentials: toolsCredentials(data),
  };
  const nats = await connectBroker(access, "torture");
  try {
    const run = await TortureRun.begin(options, installation, nats);
    try {
      await Promise.race([run.cycles(), failed]);
    } finally {
      await run.close();
    }
    isRight = run.report(0).folder === undefined;
    return run.report((Date.now() - startedMs) / 1_000);
  } finally {
    await nats.close();
    await installation.stop();
    if (isRight) removeFolder(data);
  }
}

/** One run on one installation. */
class TortureRun {
  readonly #options: TortureOptions;
  readonly #installation: Installation;
  readonly #nats: NatsConnection;
  readonly #ledger: Ledger;
  readonly #vending: Vending;
  readonly #random: Random;
  readonly #deck: Deck;
  readonly #recoveries: Recoveries = new Map();
  readonly #faults: Partial<Record<FaultKind, number>> = {};
  readonly #others: string[] = [];
  #found: Differences | undefined;
  #done = 0;

  private constructor(
    options: TortureOptions,
    installation: Installation,
    parts: { nats: NatsConnection; ledger: Ledger; vending: Vending; random: Random },
  ) {
    this.#options = options;
    this.#installation = installation;
    this.#nats = parts.nats;
    this.#ledger = parts.ledger;
    this.#vending = parts.vending;
    this.#random = parts.random;
    this.#deck = new Deck(parts.random);
  }

  static async begin(
    options: TortureOptions,
    installation: Installation,
    nats: NatsConnection,
  ): Promise<TortureRun> {
    const { accounts, gateways } = await register(
      { postgres: installation.direct.postgres, data: installation.data },
      nats,
      options.size,
    );
    const startMs = Date.now();
    const baseS = Math.floor(startMs / 1_000) - DAYS_BACK_S;
    writePlan(installation.load, { start: { startMs, baseS }, gateways });
    await installation.startGateways();
    const ledger = new Ledger(installation.load, accounts);
    const random = new Random(options.seed);
    const vending = new Vending(ledger, {
      url: () => installation.apiUrl,
      key: installation.vendorKey(),
      clients: VENDING_CLIENTS,
      thinkMs: THINK_MS,
      random,
    });
    options.say(`${accounts.length} accounts under load; data and logs in ${installation.data}`);
    return new TortureRun(options, installation, { nats, ledger, vending, random });
  }

  /** All cycles, or those up to the first in which something is wrong. */
  async cycles(): Promise<void> {
    while (this.#done < this.#options.cycles && !this.#isWrong()) {
      const startMs = Date.now();
      const what = await this.#loadWithFaults();
      const restMs = await this.#restAndCompare();
      this.#done++;
      const { readings, vends } = this.#ledger;
      this.#options.say(
        `cycle ${this.#done}: ${readings} readings, ${vends.size} vends acknowledged; ${((Date.now() - startMs) / 1_000).toFixed(1)} s, ${(restMs / 1_000).toFixed(1)} s of it at rest [${what.join("; ")}]`,
      );
    }
  }

  /** Ends the clients. */
  async close(): Promise<void> {
    await this.#vending.close();
  }

  /** What came of it. */
  report(seconds: number): TortureReport {
    const found = this.#found;
    const { data } = this.#installation;
    return {
      cycles: this.#done,
      acked_readings: this.#ledger.readings,
      lost_readings: found?.lostReadings ?? 0,
      acked_vends: this.#ledger.vends.size,
      lost_vends: found?.lostVends ?? 0,
      double_vends: found?.doubleVends ?? 0,
      balance_mismatches: found?.balanceMismatches ?? 0,
      store_mismatches: found?.storeMismatches ?? 0,
      other_faults: [...this.#others, ...this.#vending.faults],
      own_ends: Object.fromEntries(
        [...this.#installation.parts].map(([name, { unasked }]) => [name, unasked]),
      ),
      recovery_ms: Object.fromEntries(
        [...this.#recoveries].sort().map(([part, times]) => [part, summaryOf(times)]),
      ),
      faults: this.#faults,
      seconds: Math.round(seconds),
      seed: this.#options.seed,
      folder: this.#isWrong() ? data : undefined,
      differences: found?.lines ?? [],
    };
  }

  #isWrong(): boolean {
    const differing = this.#found !== undefined && differs(this.#found);
    return differing || this.#others.length + this.#vending.faults.length > 0;
  }

  async #loadWithFaults(): Promise<string[]> {
    const { seconds } = this.#options;
    const random = this.#random;
    const untilMs = Date.now() + seconds * 1_000;
    const at = Array.from({ length: FAULTS_A_CYCLE }, () => random.next() * 0.85 * seconds * 1_000);
    const startMs = Date.now();
    const recovering: Promise<void>[] = [];
    const what: string[] = [];
    for (const offsetMs of at.sort((a, b) => a - b)) {
      await sleep(Math.max(0, startMs + offsetMs - Date.now()));
      const done = await doFault(this.#deck.deal(), this.#installation, random);
      this.#faults[done.kind] = (this.#faults[done.kind] ?? 0) + 1;
      what.push(done.what);
      if (done.part !== undefined) recovering.push(this.#time(done.part));
    }
    await sleep(Math.max(0, untilMs - Date.now()));
    for (const proxy of this.#installation.proxies) proxy.heal();
    await Promise.all(recovering);
    return what;
  }

  async #time(part: Parameters<typeof timeRecovery>[0]): Promise<void> {
    const ms = await timeRecovery(part, this.#installation);
    const times = this.#recoveries.get(part) ?? [];
    this.#recoveries.set(part, [...times, ms]);
  }

  /** Stops the load, waits until all that was sent has arrived everywhere, and compares. Gives the time that took. */
  async #restAndCompare(): Promise<number> {
    const { restMsMax = REST_MS_MAX, plant } = this.#options;
    const { load } = this.#installation;
    const startMs = Date.now();
    const deadline = startMs + restMsMax;
    this.#vending.setPaused(true);
    setPaused(load, true);
    while (!this.#isAtRest(startMs) && Date.now() < deadline) await sleep(LOOK_MS);
    if (!this.#isAtRest(startMs)) {
      const status = JSON.stringify(readStatus(load));
      this.#others.push(
        `not at rest after ${restMsMax} ms: ${this.#vending.underWay} vends under way, gateways ${status}`,
      );
    }
    this.#ledger.readNotes();
    this.#found = await this.#compareUntil(deadline);
    if (plant !== undefined) {
      await plant({ ledger: this.#ledger, installation: this.#installation });
      this.#found = await this.#compareUntil(Date.now());
    }
    setPaused(load, false);
    this.#vending.setPaused(false);
    return Date.now() - startMs;
  }

  #isAtRest(sinceMs: number): boolean {
    const status = readStatus(this.#installation.load);
    if (status === undefined || status.atMs < sinceMs + 2 * LOOK_MS) return false;
    return status.paused && status.depth + status.waiting + this.#vending.underWay === 0;
  }

  async #compareUntil(deadline: number): Promise<Differences | undefined> {
    let trouble: unknown;
    const startMs = Date.now();
    let told = false;
    for (;;) {
      const found = await this.#compareOnce().catch((error: unknown) => {
        trouble = error;
        return undefined;
      });
      if (found !== undefined && !differs(found)) return found;
      if (!told && Date.now() > startMs + SLOW_MS) {
        told = true;
        this.#options.say(`still waiting: ${found?.lines[0] ?? String(trouble)}`);
      }
      if (Date.now() > deadline) {
        if (found === undefined) this.#others.push(`nothing to compare with: ${String(trouble)}`);
        return found;
      }
      await sleep(LOOK_MS);
    }
  }

  async #compareOnce(): Promise<Differences> {
    const { direct } = this.#installation;
    const [engine, store, registry] = await Promise.all([
      engineView(this.#nats, this.#ledger.accounts),
      storeView(direct.clickhouse),
      registryView(direct.postgres),
    ]);
    return compare(this.#ledger, { engine, store, registry });
  }
}

/** Removes a run's folder. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
