/**
 * `drawdown replay`: recorded readings through the whole live pipeline, and what it made of them read back.
 */

import { setTimeout as sleep } from "node:timers/promises";
import {
  InputError,
  parseFlags,
  RATING_FLAGS,
  readRatingInput,
  UsageError,
} from "../../engine/commands/rating-options.ts";
import { spanOf, writeResult } from "../../engine/commands/rating-output.ts";
import { formatMicros, MONEY_SCALE, parseDecimal } from "../../engine/contract/decimal.ts";
import { loadSettings } from "../../engine/contract/settings.ts";
import type { CommandIo } from "../../engine/host/command-io.ts";
import { coverSpan } from "../../engine/rating/coverage.ts";
import { toResult } from "../../engine/rating/result.ts";
import { type EngineClient, makeEngineClient } from "../engine/client.ts";
import { openRegistry } from "../registry/database.ts";
import { type KeySource, keysOf } from "../registry/secrets/keyring.ts";
import { ensureShards } from "../registry/shards.ts";
import { SETTLEMENTS } from "../settle.ts";
import { openStore } from "../store/client.ts";
import { readingsCount } from "../store/sums.ts";
import { collect, countEvents } from "./collect.ts";
import { feed } from "./feed.ts";
import { connectTo, openPipeline, type Pipeline } from "./pipeline.ts";
import { type Registered, type Replay, register } from "./registration.ts";

const USAGE =
  "drawdown replay --price-list FILE --readings FILE.csv [--credit AMOUNT] [--speed X|max] [--timezone ZONE] [--unit UNIT] [--max-rate N] [--modulus N] [--bad-lines stop|skip] [--json]";
const FLAGS = { ...RATING_FLAGS, credit: { type: "string" }, speed: { type: "string" } } as const;
/** Highest speed that is paced; beyond it `max` is meant. */
const SPEED_MAX = 1e9;
/** Longest wait for the engine to have recovered. */
const ENGINE_MS_MAX = 60_000;
const LOOK_MS = 50;

/** Runs the command; gives the exit code. */
export async function replayCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const values = parseFlags(argv, FLAGS, USAGE);
  const speed = speedOf(values["speed"] ?? "max");
  const creditMicros = creditOf(values["credit"] ?? "0");
  const input = readRatingInput(values, USAGE);
  for (const warning of input.warnings) io.stderr.write(`${warning}\n`);
  const span = spanOf(input.recorded);
  const versions = coverSpan(input.versions, span.firstS, span.lastS);
  const list = versions[0]?.priceList;
  if (list === undefined)
    throw new InputError(["no version of the price list is in force during the readings"]);
  const replay: Replay = {
    recorded: input.recorded,
    versions,
    meters: input.meters,
    creditMicros,
    ...span,
  };
  const { values: settings } = loadSettings(io.env, io.cwd);
  const pipeline = await openPipeline(
    settings,
    io.env,
    (line) => void io.stderr.write(`${line}\n`),
  );
  try {
    const done = await runReplay(pipeline, replay, {
      speed,
      shards: settings.shards,
      keys: keysOf(settings),
    });
    const result = {
      ...toResult(list, done.sums),
      balances: balances(done, done.registered),
      events: done.events,
      replayed: done.replayed,
    };
    writeResult(result, input.json, io);
    return 0;
  } finally {
    await pipeline.close();
  }
}

async function runReplay(
  pipeline: Pipeline,
  replay: Replay,
  { speed, shards, keys }: { speed: number | undefined; shards: number; keys: KeySource },
) {
  const nats = await connectTo(pipeline);
  const registry = await openRegistry(pipeline.postgres, keys);
  const store = openStore(pipeline.clickhouse);
  try {
    await ensureShards(registry.db, shards);
    const registered = await register(registry.db, replay);
    const engine = makeEngineClient({ db: registry.db, nats, settlements: SETTLEMENTS });
    await engineAnswers(engine, registered.gateway.shard);
    await deliver(engine.deliver, registered);
    const numbers = registered.accounts.map(({ account }) => account);
    const before = await readingsCount(store, numbers);
    const fed = await feed(nats, registered, replay.recorded, { speed, progress });
    const readings = replay.recorded.order.length;
    const collected = await collect(nats, store, registered, {
      readings,
      creditMicros: replay.creditMicros,
    });
    const events = await countEvents(nats, registered);
    const replayed = {
      readings,
      duplicate: before,
      frames: fed.frames,
      frames_refused: fed.refused,
    };
    return { ...collected, registered, events, replayed };
  } finally {
    await Promise.all([registry.close(), store.close(), nats.close()]);
  }
}

/** An engine that was just started recovers first. */
async function engineAnswers(engine: EngineClient, shard: number): Promise<void> {
  const deadline = Date.now() + ENGINE_MS_MAX;
  while ((await engine.silentShards([shard])).length > 0) {
    if (Date.now() > deadline)
      throw new Error("the engine does not answer: see its log in the data folder under logs");
    await sleep(LOOK_MS);
  }
}

/** What the registry has ordered of the engine: first the shard's, then each account's. */
async function deliver(
  send: (place: { shard: number; slot: number | null }, upTo: number) => Promise<unknown>,
  { gateway, accounts }: Registered,
): Promise<void> {
  const { shard } = gateway;
  await send({ shard, slot: null }, Number.MAX_SAFE_INTEGER);
  for (const { slot } of accounts) await send({ shard, slot }, Number.MAX_SAFE_INTEGER);
}

function balances(
  { balancesMicros }: { balancesMicros: readonly bigint[] },
  { accounts }: Registered,
): Record<string, string> {
  return Object.fromEntries(
    accounts.map(({ meterId }, i) => [meterId, formatMicros(balancesMicros[i] ?? 0n)]),
  );
}

function progress(done: number, all: number): void {
  if (process.stderr.isTTY === true)
    process.stderr.write(`\r${done} of ${all} frames${done === all ? "\r\u001b[K" : ""}`);
}

function speedOf(value: unknown): number | undefined {
  if (value === "max") return undefined;
  const speed = Number(value);
  if (Number.isFinite(speed) && speed > 0 && speed <= SPEED_MAX) return speed;
  throw new UsageError(
    `--speed is max, or how many times faster than life: a number above 0, not ${String(value)}`,
  );
}

function creditOf(value: unknown): bigint {
  const micros = typeof value === "string" ? parseDecimal(value, MONEY_SCALE) : undefined;
  if (micros !== undefined && micros >= 0n) return micros;
  throw new UsageError(`--credit ${String(value)} is no amount such as 100.00`);
}
