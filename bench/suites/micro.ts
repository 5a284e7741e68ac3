/**
 * What do the small steps cost that each frame takes outside the kernel? With tinybench, one thread, everything in the caches.
 *
 * They say where the time of the pipeline goes; none of them is a comparison, and none has a floor.
 */
import { crc32c } from "@node-rs/crc32";
import { Bench } from "tinybench";
import { decodeFrame, frameShape, tagMatches } from "../../engine/contract/frame.ts";
import { nativeBlock } from "../../engine/contract/native.ts";
import { READING_COLUMNS } from "../../engine/contract/rated.ts";
import { FLEET_KEY, FleetFrames } from "../engine/fleet-frames.ts";
import { time } from "../harness/format.ts";
import { noOutcome, type Outcome, type SuiteOptions } from "../harness/suite.ts";

const METERS = 1_000;
const PROFILE_METERS = 32;
const PROFILE_READINGS = 48;
const ROWS = 16_384;
const BATCH_BYTES = 65_536;

/** Runs the suite. */
export async function microSuite({ quick, say }: SuiteOptions): Promise<Outcome> {
  const snapshots = new FleetFrames(1, METERS);
  const profiles = new FleetFrames(1, PROFILE_METERS);
  const snapshot = snapshots.snapshots(1, METERS).frames[0]?.bytes ?? Buffer.alloc(0);
  const profile = profiles.profiles(PROFILE_READINGS, PROFILE_METERS).frames[0]?.bytes;
  const column = Buffer.alloc(ROWS * 8, 1);
  const batch = Buffer.alloc(BATCH_BYTES, 1);
  const tasks: [string, number, () => unknown][] = [
    [`make a snapshot of ${METERS}, with its tag`, METERS, () => snapshots.snapshots(1, METERS)],
    [
      `make a profile of ${PROFILE_METERS} × ${PROFILE_READINGS}, with its tag`,
      PROFILE_METERS * PROFILE_READINGS,
      () => profiles.profiles(PROFILE_READINGS, PROFILE_METERS),
    ],
    [
      `check a snapshot's tag, ${snapshot.length} bytes`,
      METERS,
      () => tagMatches(snapshot, FLEET_KEY),
    ],
    ["check a snapshot's header and lengths", METERS, () => frameShape(snapshot)],
    [
      `decode a profile of ${profile?.length} bytes for a tool`,
      PROFILE_METERS * PROFILE_READINGS,
      () => decodeFrame(profile ?? Buffer.alloc(0)),
    ],
    [
      `make a Native block of ${ROWS} rows`,
      ROWS,
      () => nativeBlock(READING_COLUMNS, ROWS, ({ bytes }) => column.subarray(0, ROWS * bytes)),
    ],
    [`sum up a journal record of ${BATCH_BYTES} bytes`, ROWS, () => crc32c(batch)],
  ];
  say(`micro: ${tasks.length} steps`);
  const bench = new Bench({ time: quick ? 200 : 1_000, warmupTime: 100 });
  for (const [name, , work] of tasks) bench.add(name, work);
  const done = await bench.run();
  const lines = done.map(({ name, result }) => {
    const readings = tasks.find(([each]) => each === name)?.[1] ?? 1;
    if (!("latency" in result)) throw new Error(`${name} did not run to its end`);
    const { mean, rme } = result.latency;
    return [name, time(mean * 1e3), `± ${rme.toFixed(1)} %`, ((mean * 1e6) / readings).toFixed(1)];
  });
  const head = ["step", "mean", "margin", "ns a reading"];
  return { ...noOutcome(), tables: [{ title: "Small steps, one thread", head, lines }] };
}
