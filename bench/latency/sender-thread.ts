/**
 * The thread of sender.ts.
 */
import { parentPort, workerData } from "node:worker_threads";
import { connectBroker } from "../../engine/contract/broker/connect.ts";
import { FleetLink } from "../installation/fleet-link.ts";
import { paced } from "./pace.ts";
import type { SenderAnswer, SenderRound, SenderStart } from "./sender.ts";
import { until } from "./until.ts";

const { access } = workerData as SenderStart;
const link = new FleetLink(await connectBroker(access, "bench sender"), {
  shards: 0,
  accountsOfShard: 0,
});
parentPort?.on("message", (round: SenderRound) => {
  run(round).then(answer, (error: Error) => answer({ fault: error.message }));
});
parentPort?.postMessage("connected");

function answer(message: SenderAnswer): void {
  parentPort?.postMessage(message);
}

async function run({
  framesPerSecond,
  bytes,
  ends,
  shards,
  before,
}: SenderRound): Promise<SenderAnswer> {
  // Sequences count up by one from here in each shard: the place of a frame in `dueMs` follows from it.
  const dueMs = before.map((): number[] => []);
  const acksMs = new Float64Array(ends.length);
  let acknowledged = 0;
  const told = before.map(() => 0);
  let refusal = "";
  const forget = link.hear(({ shard, sequence, refused }) => {
    const nowMs = performance.now();
    if (refused !== undefined) refusal = `: ${refused.code} of ${refused.sequence} in ${shard}`;
    const due = dueMs[shard];
    if (due === undefined) return;
    const through = sequence - (before[shard] ?? 0);
    for (let i = told[shard] ?? 0; i < through; i++) {
      acksMs[acknowledged] = nowMs - (due[i] ?? nowMs);
      acknowledged += 1;
    }
    told[shard] = Math.max(told[shard] ?? 0, through);
  });
  // Half a frame more, so that no rounding leaves the last one out.
  await paced(framesPerSecond, (ends.length + 0.5) / framesPerSecond, (due, i) => {
    const shard = shards[i] ?? 0;
    dueMs[shard]?.push(due);
    link.send(shard, bytes.subarray(ends[i - 1] ?? 0, ends[i]));
  });
  const sent = dueMs.reduce((sum, each) => sum + each.length, 0);
  await until(
    () => acknowledged >= sent,
    () => `${sent - acknowledged} of ${sent} frames are not acknowledged${refusal}`,
  );
  forget();
  return { acksMs: acksMs.subarray(0, sent) };
}
