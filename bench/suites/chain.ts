/**
 * What does the whole chain carry, from frames to rows in ClickHouse, when nothing may pile up on the way?
 *
 * NATS, engine, store writer and ClickHouse are processes as the product runs them, and the sender of the frames works on
 * the same machine. What counts is rows that ClickHouse has: how many more in each of the rounds that the time is cut
 * into. The sender waits while the store is behind, and what lies between the parts at the end is no more than at the start, but for what
 * is always under way. At the very end the store's costs must be what the readings must have cost.
 */
import { Chain } from "../chain/chain.ts";
import type { Lag } from "../chain/lag.ts";
import { sendSteps } from "../chain/sender.ts";
import { cpuSeconds } from "../harness/cpu.ts";
import { short } from "../harness/format.ts";
import type { SideResult } from "../harness/rounds.ts";
import { orSkip } from "../harness/skip.ts";
import { spreadOf } from "../harness/spread.ts";
import { type Line, noOutcome, type Outcome, type SuiteOptions } from "../harness/suite.ts";

const SIZES = [1_000, 100, 10, 1];
/** Bytes that may lie between engine and store at the end more than at the start. */
const GROWTH_BYTES_MAX = 16 << 20;

/** Runs the suite. */
export async function chainSuite(options: SuiteOptions): Promise<Outcome> {
  const outcome = noOutcome();
  const { quick, rounds, say } = options;
  const line: Line = { name: "whole chain with store", points: [] };
  const lines: string[][] = [];
  await orSkip(outcome, ["9"], async () => {
    for (const size of quick ? SIZES.slice(0, 1) : SIZES) {
      // Small frames come from few accounts: a step of all of them is then as quick to send.
      const accountsOfShard = quick ? 4_000 : Math.min(12_500, size * 500);
      const chain = await Chain.start({ shards: 8, accountsOfShard });
      try {
        const seconds = quick ? 5 : size === SIZES[0] ? 60 : 15;
        say(`chain: frames of ${size} for ${seconds} s`);
        const { side, from, to } = await sustain(chain, { size, seconds, rounds });
        await chain.mustAgree();
        const rate = spreadOf(side.rates);
        line.points.push({ x: size, y: rate });
        const lag = `${short(from.blockBytes)}B → ${short(to.blockBytes)}B`;
        lines.push([String(size), short(rate.median), short(rate.median / size), lag]);
        if (size !== SIZES[0]) continue;
        const isSteady = to.blockBytes <= from.blockBytes + GROWTH_BYTES_MAX;
        const notes = [
          `${chain.accounts} accounts, frames of ${size}, ${seconds} s in ${rounds} parts; between engine and store ${lag}: ${isSteady ? "not growing" : "GROWING, the figure does not count"}`,
        ];
        // A rate at which something piles up is none that is sustained.
        const value = isSteady ? rate : spreadOf([]);
        outcome.measured.push({ row: "9", value, sides: [side], notes });
      } finally {
        await chain.stop();
      }
    }
  });
  outcome.tables.push({
    title: "The whole chain by size of frame (medians)",
    head: ["readings a frame", "readings/s", "frames/s", "between engine and store"],
    lines,
  });
  outcome.charts.push({
    file: "chain-by-frame-size",
    title: "Readings a second from frame to row in ClickHouse",
    x: { label: "readings a frame", isLog: true },
    y: { label: "readings a second", isLog: true },
    lines: [line],
  });
  return outcome;
}

type Sustained = { side: SideResult; from: Lag; to: Lag };

async function sustain(
  chain: Chain,
  { size, seconds, rounds }: { size: number; seconds: number; rounds: number },
): Promise<Sustained> {
  const stop = new AbortController();
  const sending = sendSteps(chain.fleet, chain.broker.manager, { size, stop: stop.signal });
  // What goes wrong is told when the sending is awaited.
  sending.catch(() => {});
  const side: SideResult = {
    name: "rows landed",
    unit: "readings",
    rates: [],
    cpuMicros: [],
  };
  // Until everything runs at its pace.
  await pause(seconds / 4);
  const from = await chain.lag();
  let before = { atMs: performance.now(), rows: await chain.rows(), cpu: cpuSeconds(chain.pids) };
  for (let round = 0; round < rounds; round++) {
    await pause(seconds / rounds);
    const now = { atMs: performance.now(), rows: await chain.rows(), cpu: cpuSeconds(chain.pids) };
    const rows = now.rows - before.rows;
    side.rates.push((rows * 1_000) / (now.atMs - before.atMs));
    side.cpuMicros.push(((now.cpu - before.cpu) * 1e9) / Math.max(1, rows));
    before = now;
  }
  const to = await chain.lag();
  stop.abort();
  await sending;
  return { side, from, to };
}

function pause(seconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, seconds * 1_000));
}
