/**
 * What passes from JetStream to durable acknowledgements, beside the broker alone, PostgreSQL and Redis?
 *
 * Our side: frames lie in the stream FRAMES; the engine consumes them, checks tags, decodes, rates, packs, journals, syncs, and
 * acknowledges. Measured from the first open consumer to the last acknowledgement; what publishing the rated rows as well
 * costs, until their stream has them, is told beside row 5. All sides but the broker alone
 * must end with the same sum of balances, which is also worked out beforehand.
 */
import { availableParallelism } from "node:os";
import type { FrameSet } from "../engine/fleet-frames.ts";
import { interleave, type Side, type SideResult, timesAsFast } from "../harness/rounds.ts";
import { orSkip } from "../harness/skip.ts";
import { noOutcome, type Outcome, type SuiteOptions } from "../harness/suite.ts";
import { PostgresPeer } from "../peers/postgres.ts";
import { openRaw, type RawMode, runRaw } from "../peers/raw-consume.ts";
import { RedisPeer } from "../peers/redis.ts";
import { Broker } from "../pipeline/broker.ts";
import { type Brokers, byFrameSize } from "../pipeline/frame-sizes.ts";
import { Pipeline } from "../pipeline/pipeline.ts";

const SHARDS = 8;
const SNAPSHOT_METERS = 1_000;
const PROFILE_METERS = 32;
const PROFILE_READINGS = 48;

/** Runs the suite. */
export async function pipelineSuite(options: SuiteOptions): Promise<Outcome> {
  const outcome = noOutcome();
  await orSkip(outcome, ["5", "6", "7"], async () => {
    const broker = await Broker.start();
    try {
      // The opponent's server has the whole machine, as whoever has nothing beside it would run it.
      const raw = await Broker.start(availableParallelism());
      try {
        await openRaw(raw);
        await snapshots({ broker, raw }, options, outcome);
        await profiles(broker, options, outcome);
        await byFrameSize({ broker, raw }, options, outcome);
      } finally {
        await raw.stop();
      }
    } finally {
      await broker.stop();
    }
  });
  return outcome;
}

/** Rows 5 and 6: frames of 1 000 meters. */
async function snapshots(brokers: Brokers, options: SuiteOptions, outcome: Outcome): Promise<void> {
  const { broker } = brokers;
  const accounts = options.quick ? 48_000 : 200_000;
  options.say(`pipeline: opening ${accounts} accounts`);
  const pipeline = await Pipeline.open(broker, { accounts, shards: SHARDS });
  try {
    const publishing = await Pipeline.open(broker, { accounts, shards: SHARDS, publishes: true });
    try {
      await besideRaw(brokers.raw, { pipeline, publishing }, options, outcome);
    } finally {
      await publishing.close();
    }
    await orSkip(outcome, ["6"], async () => {
      const postgres = await PostgresPeer.start(broker.folder, accounts, pipeline.lastStep);
      try {
        await besidePostgres(postgres, pipeline, options, outcome);
      } finally {
        await postgres.stop();
      }
    });
  } finally {
    await pipeline.close();
  }
}

/** Row 5. The broker alone is so fast that a round needs many readings. */
async function besideRaw(
  rawBroker: Broker,
  { pipeline, publishing }: { pipeline: Pipeline; publishing: Pipeline },
  { quick, rounds, say }: SuiteOptions,
  outcome: Outcome,
): Promise<void> {
  const steps = quick ? 16 : 40;
  const setOf = once(() => pipeline.fleet.frames.snapshots(steps, SNAPSHOT_METERS));
  const raw = (mode: RawMode): Side => rawSide(rawBroker, setOf, mode);
  say(`pipeline: row 5, ${rounds} rounds`);
  const published: Side = {
    ...ourSide(
      publishing,
      once(() => publishing.fleet.frames.snapshots(steps, SNAPSHOT_METERS)),
    ),
    name: "the same, rated rows published",
  };
  const sides = [ourSide(pipeline, setOf), raw("acked"), raw("unacked"), published];
  const [ours, acked, unacked, withRows] = await interleave(sides, rounds);
  measured(outcome, "5", ours, acked, [
    sizeOf(pipeline, steps),
    "raw consume acknowledges each message, as the pipeline does, from a server that has all " +
      "cores (the pipeline's has half of them); beside a raw read without " +
      `acknowledgements the ratio is ${timesAsFast(ours, unacked).median.toFixed(2)}`,
    "rated rows are made, packed and thrown away; published until RATED has them all, it is " +
      `${timesAsFast(withRows, ours).median.toFixed(2)} times as fast, ${timesAsFast(withRows, acked).median.toFixed(2)} of raw`,
  ]);
}

/** Row 6. */
async function besidePostgres(
  postgres: PostgresPeer,
  pipeline: Pipeline,
  { quick, rounds, say }: SuiteOptions,
  outcome: Outcome,
): Promise<void> {
  const steps = quick ? 6 : 10;
  const setOf = once(() => pipeline.fleet.frames.snapshots(steps, SNAPSHOT_METERS));
  const sql: Side = {
    name: "PostgreSQL, set-based",
    unit: "readings",
    run: (round) => postgres.run(setOf(round)),
  };
  say(`pipeline: row 6, ${rounds} rounds`);
  const [ours, theirs] = await interleave([ourSide(pipeline, setOf), sql], rounds);
  const notes = [sizeOf(pipeline, steps), `PostgreSQL ${await postgres.version()}`];
  measured(outcome, "6", ours, theirs, notes);
}

function sizeOf({ accounts }: Pipeline, steps: number): string {
  return `${accounts} accounts in ${SHARDS} shards, ${steps} readings of each a round, frames of ${SNAPSHOT_METERS} meters`;
}

/** Row 7: profiles of 48 readings. */
async function profiles(broker: Broker, options: SuiteOptions, outcome: Outcome): Promise<void> {
  const accounts = options.quick ? 8_192 : 32_768;
  options.say(`pipeline: opening ${accounts} accounts`);
  const pipeline = await Pipeline.open(broker, { accounts, shards: SHARDS });
  try {
    await orSkip(outcome, ["7"], async () => {
      const redis = await RedisPeer.start(broker.folder, accounts);
      try {
        const setOf = once(() => pipeline.fleet.frames.profiles(PROFILE_READINGS, PROFILE_METERS));
        const lua = {
          name: "Redis with Lua, not durable",
          unit: "readings",
          run: (round: number) => redis.run(setOf(round)),
        };
        options.say(`pipeline: row 7, ${options.rounds} rounds`);
        const [ours, theirs] = await interleave([ourSide(pipeline, setOf), lua], options.rounds);
        measured(outcome, "7", ours, theirs, [
          `${pipeline.accounts} accounts in ${SHARDS} shards; frames of ${PROFILE_METERS} meters, ${PROFILE_READINGS} readings each; Redis ${redis.version}`,
        ]);
      } finally {
        await redis.stop();
      }
    });
  } finally {
    await pipeline.close();
  }
}

type SetOf = (round: number) => FrameSet;

/** The same frames for all sides of a round. */
function once(make: () => FrameSet): SetOf {
  const made = new Map<number, FrameSet>();
  return (round) => {
    const set = made.get(round) ?? make();
    made.clear();
    made.set(round, set);
    return set;
  };
}

function ourSide(pipeline: Pipeline, setOf: SetOf): Side {
  return {
    name: "JetStream to durable acknowledgement",
    unit: "readings",
    run: (round) => pipeline.run(setOf(round)),
  };
}

function rawSide(broker: Broker, setOf: SetOf, mode: RawMode): Side {
  return {
    name: `raw consume, doing nothing, ${mode}`,
    unit: "readings",
    run: (round) => runRaw(broker, setOf(round), mode),
  };
}

function measured(
  outcome: Outcome,
  row: string,
  ours: SideResult | undefined,
  theirs: SideResult | undefined,
  notes: string[],
): void {
  if (ours === undefined || theirs === undefined) return;
  outcome.measured.push({ row, value: timesAsFast(ours, theirs), sides: [ours, theirs], notes });
}
