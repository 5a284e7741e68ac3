/**
 * How much does the size of a frame decide? The pipeline and the broker alone with 1, 10, 100 and 1 000 readings a frame.
 */

import { short } from "../harness/format.ts";
import { interleave, timesAsFast } from "../harness/rounds.ts";
import { spreadOf } from "../harness/spread.ts";
import type { Line, Outcome, SuiteOptions } from "../harness/suite.ts";
import { runRaw } from "../peers/raw-consume.ts";
import type { Broker } from "./broker.ts";
import { Pipeline } from "./pipeline.ts";

/** Readings of a frame; frames of each shard in a step, and steps of a round. */
const SIZES = [
  { size: 1, frames: 500, steps: 5 },
  { size: 10, frames: 250, steps: 10 },
  { size: 100, frames: 50, steps: 25 },
  { size: 1_000, frames: 4, steps: 30 },
];
const SHARDS = 8;

/** Measures each size; adds a table and a chart. */
export async function byFrameSize(
  broker: Broker,
  { quick, rounds, say }: SuiteOptions,
  outcome: Outcome,
): Promise<void> {
  const ours: Line = { name: "JetStream to durable acknowledgement", points: [] };
  const raw: Line = { name: "raw consume, doing nothing, acked", points: [] };
  const lines: string[][] = [];
  for (const { size, frames, steps: all } of SIZES) {
    const steps = quick ? Math.ceil(all / 4) : all;
    const accounts = SHARDS * frames * size;
    say(`pipeline: frames of ${size}, ${rounds} rounds`);
    const pipeline = await Pipeline.open(broker, { accounts, shards: SHARDS });
    try {
      let set = pipeline.fleet.frames.snapshots(steps, size);
      // The first set is for the engine only: it warms it up.
      await pipeline.run(set);
      const results = await interleave(
        [
          {
            name: ours.name,
            unit: "readings",
            run: () => {
              set = pipeline.fleet.frames.snapshots(steps, size);
              return pipeline.run(set);
            },
          },
          { name: raw.name, unit: "readings", run: () => runRaw(broker, set, "acked") },
        ],
        rounds,
      );
      const [mine, theirs] = results.map(({ rates }) => spreadOf(rates));
      if (mine === undefined || theirs === undefined) continue;
      ours.points.push({ x: size, y: mine });
      raw.points.push({ x: size, y: theirs });
      const ratio = timesAsFast(results[0], results[1]).median.toFixed(2);
      const rate = short(mine.median / size);
      lines.push([String(size), short(mine.median), rate, short(theirs.median), ratio]);
    } finally {
      await pipeline.close();
    }
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
