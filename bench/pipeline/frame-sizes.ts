/**
 * How much does the size of a frame decide? The pipeline and the broker alone with 1, 10, 100 and 1 000 readings a frame.
 */

import { short } from "../harness/format.ts";
import { interleave, type Sample, timesAsFast } from "../harness/rounds.ts";
import { spreadOf } from "../harness/spread.ts";
import type { Line, Outcome, SuiteOptions } from "../harness/suite.ts";
import { runRaw } from "../peers/raw-consume.ts";
import type { Broker } from "./broker.ts";
import { Pipeline } from "./pipeline.ts";

/** Readings of a frame, and steps of a round: so many that no round is over at once. */
const SIZES = [
  { size: 1, steps: { quick: 1, full: 1 } },
  { size: 10, steps: { quick: 4, full: 8 } },
  { size: 100, steps: { quick: 16, full: 30 } },
  { size: 1_000, steps: { quick: 60, full: 120 } },
];
const SHARDS = 8;

/** The pipeline's broker, and the one that frames are consumed from raw. */
export type Brokers = { broker: Broker; raw: Broker };

/** Measures each size; adds a table and a chart. */
export async function byFrameSize(
  { broker, raw: rawBroker }: Brokers,
  { quick, rounds, say }: SuiteOptions,
  outcome: Outcome,
): Promise<void> {
  const ours: Line = { name: "JetStream to durable acknowledgement", points: [] };
  const raw: Line = { name: "raw consume, doing nothing, acked", points: [] };
  const lines: string[][] = [];
  const accounts = SHARDS * (quick ? 1_000 : 4_000);
  const pipeline = await Pipeline.open(broker, { accounts, shards: SHARDS });
  try {
    for (const { size, steps } of SIZES) {
      say(`pipeline: frames of ${size}, ${rounds} rounds`);
      let set = pipeline.fleet.frames.snapshots(1, size);
      // The first set is for the engine only: it warms it up.
      await pipeline.run(set);
      const run = (): Promise<Sample> => {
        set = pipeline.fleet.frames.snapshots(quick ? steps.quick : steps.full, size);
        return pipeline.run(set);
      };
      const alone = (): Promise<Sample> => runRaw(rawBroker, set, "acked");
      const unit = "readings";
      const sides = [
        { name: ours.name, unit, run },
        { name: raw.name, unit, run: alone },
      ];
      const results = await interleave(sides, rounds);
      const [mine, theirs] = results.map(({ rates }) => spreadOf(rates));
      if (mine === undefined || theirs === undefined) continue;
      ours.points.push({ x: size, y: mine });
      raw.points.push({ x: size, y: theirs });
      const ratio = timesAsFast(results[0], results[1]).median.toFixed(2);
      const rate = short(mine.median / size);
      lines.push([String(size), short(mine.median), rate, short(theirs.median), ratio]);
    }
  } finally {
    await pipeline.close();
  }
  outcome.tables.push({
    title: "The pipeline by size of frame (medians)",
    head: ["readings a frame", "ours, readings/s", "ours, frames/s", "raw, readings/s", "ratio"],
    lines,
  });
  outcome.charts.push({
    file: "pipeline-by-frame-size",
    title: "Readings a second by size of frame",
    x: { label: "readings a frame", isLog: true },
    y: { label: "readings a second", isLog: true },
    lines: [ours, raw],
  });
}
