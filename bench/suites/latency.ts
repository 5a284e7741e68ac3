/**
 * How long do people and gateways wait, at half of the load that passes at most?
 *
 * Frames of 500 meters come at a steady rate, half of what the engine takes when they come as fast as they are acknowledged;
 * that is sought before each round, for no machine is equally fast all the time. They come from a thread that does nothing else
 * (latency/sender.ts), and one that comes late is counted from when it was due. Before and behind each round single writes of
 * 64 KiB with their syncs are timed on the same disk, unloaded. Cuts: single readings that use up an account's last credit, on a
 * shard beside the load, until the command is on its gateway's subject. Vends: half of what 32 clients get through, sought
 * before each round, too.
 */
import { orSkip } from "../harness/skip.ts";
import { quantileOf, ratioOf, type Spread, spreadOf } from "../harness/spread.ts";
import { type Line, noOutcome, type Outcome, type SuiteOptions } from "../harness/suite.ts";
import { startInstallation } from "../installation/installation.ts";
import { cutsOf, type FrameRound, HalfLoad } from "../latency/frames.ts";
import { halfOfVends, timeVends } from "../latency/vends.ts";
import { Broker } from "../pipeline/broker.ts";

const P99 = 0.99;
/** Rounds that are not counted: what runs for the first time is compiled and planned meanwhile. */
const WARM_ROUNDS = 2;
const SHARES = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999];

/** Runs the suite. */
export async function latencySuite(options: SuiteOptions): Promise<Outcome> {
  const outcome = noOutcome();
  const lines: Line[] = [];
  await orSkip(outcome, ["11a", "11b"], () => frames(options, outcome, lines));
  await orSkip(outcome, ["11c"], () => vends(options, outcome, lines));
  outcome.charts.push({
    file: "latency",
    title: "Latency at half load",
    x: { label: "one in so many takes longer", isLog: true },
    y: { label: "milliseconds", isLog: true },
    lines,
  });
  return outcome;
}

async function frames(options: SuiteOptions, outcome: Outcome, lines: Line[]): Promise<void> {
  const seconds = options.quick ? 1 : 5;
  const broker = await Broker.start();
  try {
    options.say("latency: starting the engine");
    const half = await HalfLoad.start(broker, cutsOf(options.rounds + WARM_ROUNDS, seconds));
    try {
      for (let round = 0; round < WARM_ROUNDS; round++) await half.round(seconds);
      const all: FrameRound[] = [];
      options.say(`latency: rows 11a and 11b, ${options.rounds} rounds of ${seconds} s`);
      for (let round = 0; round < options.rounds; round++) all.push(await half.round(seconds));
      const acks = all.map(({ acksMs }) => acksMs);
      const cuts = all.map(({ cutsMs }) => cutsMs);
      const syncs = all.map(({ syncsMs }) => syncsMs);
      const p99 = (rounds: number[][]): number[] => rounds.map((each) => quantileOf(each, P99));
      const framesPerSecond = spreadOf(all.map((each) => each.framesPerSecond)).median;
      const readings = Math.round(framesPerSecond * half.readingsAFrame);
      const notes = [
        `${readings} readings/s in frames of ${half.readingsAFrame}; p99 ${told(p99(acks))} beside ${told(p99(syncs))} of a sync`,
        `p99 of each round beside its syncs': ${all.map(besideSyncs).join(", ")} ms`,
      ];
      const value = ratioOf(p99(acks), p99(syncs));
      outcome.measured.push(
        { row: "11a", value, sides: [], notes },
        { row: "11b", value: spreadOf(p99(cuts)), sides: [], notes: notesOf(cuts) },
      );
      lines.push(lineOf("frame to durable acknowledgement", acks));
      lines.push(lineOf("frame to cut command", cuts));
      lines.push(lineOf("one sync of 64 KiB, unloaded", syncs));
    } finally {
      await half.stop();
    }
  } finally {
    await broker.stop();
  }
}

async function vends(options: SuiteOptions, outcome: Outcome, lines: Line[]): Promise<void> {
  const seconds = options.quick ? 1 : 5;
  options.say("latency: starting the installation");
  const installation = await startInstallation(options.quick ? 256 : 4_096);
  try {
    const all: number[][] = [];
    const rates: number[] = [];
    options.say(`latency: row 11c, ${options.rounds} rounds of ${seconds} s`);
    for (let round = -WARM_ROUNDS; round < options.rounds; round++) {
      const perSecond = await halfOfVends(installation, { seconds: seconds / 2, round });
      const tookMs = await timeVends(installation, { perSecond, seconds, round });
      if (round < 0) continue;
      rates.push(perSecond);
      all.push(tookMs);
    }
    const value: Spread = spreadOf(all.map((each) => quantileOf(each, P99)));
    const notes = [`${spreadOf(rates).median.toFixed(0)} vends/s`, ...notesOf(all)];
    outcome.measured.push({ row: "11c", value, sides: [], notes });
    lines.push(lineOf("vend", all));
  } finally {
    await installation.stop();
  }
}

function besideSyncs({ acksMs, syncsMs }: FrameRound): string {
  return `${quantileOf(acksMs, P99).toFixed(1)} / ${quantileOf(syncsMs, P99).toFixed(2)}`;
}

function told(figuresMs: readonly number[]): string {
  return `${spreadOf(figuresMs).median.toFixed(2)} ms`;
}

function notesOf(rounds: readonly number[][]): string[] {
  const all = rounds.flat();
  const at = (share: number): string => quantileOf(all, share).toFixed(2);
  return [`${all.length} in all; median ${at(0.5)} ms, p99 ${at(P99)} ms, most ${at(1)} ms`];
}

function lineOf(name: string, rounds: readonly number[][]): Line {
  const points = SHARES.map((share) => ({
    x: 1 / (1 - share),
    y: spreadOf(rounds.map((each) => quantileOf(each, share))),
  }));
  return { name, points };
}
