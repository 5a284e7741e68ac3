/**
 * What is done to an installation: kinds of faults, a shuffled deck of them so that every kind comes up, and the doing.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../prove/random.ts";
import {
  copyNatsStore,
  type Installation,
  loseNatsStore,
  type PartName,
  setBackNatsStore,
} from "./installation.ts";
import { LINK_FAULTS } from "./proxy.ts";

/** How often each kind lies in the deck. */
const DECK = {
  kill_engine: 2,
  kill_worker: 2,
  kill_api: 1,
  kill_gateway: 2,
  kill_store_writer: 2,
  kill_nats: 1,
  lose_nats_store: 2,
  lose_backlog: 1,
  set_back_nats_store: 1,
  kill_clickhouse: 1,
  kill_postgres: 1,
  stop: 3,
  cut: 2,
  delay: 2,
  halve: 3,
} as const;

/** A kind of fault. */
export type FaultKind = keyof typeof DECK;
/** What a fault did, for the log; `part` is the one that was killed and must recover. */
export type Done = { kind: FaultKind; what: string; part: PartName | "worker" | undefined };

const STOP_MS_MIN = 500;
const STOP_MS_MAX = 4_000;
const DELAY_MS_MAX = 3_000;
const STOPPED: readonly PartName[] = [
  "engine",
  "api",
  "gateway",
  "store-writer",
  "nats",
  "clickhouse",
  "postgres",
];
const KILLED: Partial<Record<FaultKind, PartName>> = {
  kill_engine: "engine",
  kill_api: "api",
  kill_gateway: "gateway",
  kill_store_writer: "store-writer",
  kill_nats: "nats",
  kill_clickhouse: "clickhouse",
  kill_postgres: "postgres",
};

/** Deals kinds of faults; every kind of the deck comes before any comes again. */
export class Deck {
  readonly #random: Random;
  #left: FaultKind[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** The next fault. */
  deal(): FaultKind {
    if (this.#left.length === 0) this.#left = this.#shuffled();
    const kind = this.#left.pop();
    if (kind === undefined) throw new Error("the deck is empty");
    return kind;
  }

  #shuffled(): FaultKind[] {
    const all = (Object.entries(DECK) as [FaultKind, number][]).flatMap(([kind, many]) =>
      Array.from({ length: many }, () => kind),
    );
    const order = all.map((kind) => ({ kind, at: this.#random.next() }));
    return order.sort((a, b) => a.at - b.at).map(({ kind }) => kind);
  }
}

/** Does it; settles when it is done (a killed part has ended, a stopped one goes on). */
export async function doFault(
  kind: FaultKind,
  installation: Installation,
  random: Random,
): Promise<Done> {
  const { parts, proxies } = installation;
  const killed = KILLED[kind];
  if (killed !== undefined) {
    await parts.get(killed)?.kill();
    return { kind, what: `${killed} killed`, part: killed };
  }
  if (kind === "lose_nats_store") {
    await parts.get("nats")?.kill(() => loseNatsStore(installation));
    return { kind, what: "NATS killed and its store deleted", part: "nats" };
  }
  if (kind === "lose_backlog") {
    // Rated blocks wait for the store writer when the store goes.
    const ms = random.int(STOP_MS_MIN, STOP_MS_MAX);
    parts.get("store-writer")?.signal("SIGSTOP");
    await sleep(ms);
    await parts.get("nats")?.kill(() => loseNatsStore(installation));
    parts.get("store-writer")?.signal("SIGCONT");
    return { kind, what: `NATS's store deleted with ${ms} ms of rated blocks`, part: "nats" };
  }
  if (kind === "set_back_nats_store") {
    const ms = random.int(STOP_MS_MIN, STOP_MS_MAX);
    await parts.get("nats")?.kill(() => copyNatsStore(installation));
    await sleep(ms);
    await parts.get("nats")?.kill(() => setBackNatsStore(installation));
    return { kind, what: `NATS's store set back by ${ms} ms`, part: "nats" };
  }
  if (kind === "kill_worker") {
    // The engine lives on where the thread rested, and ends by itself where a batch was lost with it.
    parts.get("engine")?.expectEnd();
    parts.get("engine")?.signal("SIGUSR2");
    return { kind, what: "a worker thread of the engine ended", part: "worker" };
  }
  if (kind === "stop") return stopFor(installation, random);
  const proxy = random.pick(proxies);
  const holdMs = random.int(100, DELAY_MS_MAX);
  const fault = LINK_FAULTS.find((each) => each === kind);
  if (fault === undefined) throw new Error(`nobody does ${kind}`);
  proxy.fault(fault, holdMs);
  return { kind, what: `${proxy.name}: ${kind}`, part: undefined };
}

async function stopFor({ parts }: Installation, random: Random): Promise<Done> {
  const name = random.pick(STOPPED);
  const ms = random.int(STOP_MS_MIN, STOP_MS_MAX);
  parts.get(name)?.signal("SIGSTOP");
  await sleep(ms);
  parts.get(name)?.signal("SIGCONT");
  return { kind: "stop", what: `${name} stopped for ${ms} ms`, part: undefined };
}
