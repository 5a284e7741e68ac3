/**
 * The questions that the benchmarks answer: twelve rows, some in parts. Each has a floor, under which something is broken,
 * and a target.
 */

/** How a figure is written: times as fast, seconds, milliseconds, bytes, readings a second. */
export type RowUnit = "×" | "s" | "ms" | "B" | "readings/s";

/** A row: what is asked, which way is better, floor and target. */
export type Row = {
  id: string;
  suite: string;
  asks: string;
  unit: RowUnit;
  better: "higher" | "lower";
  floor: number;
  target: number;
};

const row = (id: string, suite: string, asks: string, bounds: [number, number]): Row => ({
  id,
  suite,
  asks,
  unit: "×",
  better: "higher",
  floor: bounds[0],
  target: bounds[1],
});
const bound = (
  id: string,
  suite: string,
  asks: string,
  bounds: [RowUnit, number, number],
): Row => ({
  id,
  suite,
  asks,
  unit: bounds[0],
  better: "lower",
  floor: bounds[1],
  target: bounds[2],
});

/** All rows, in order. */
export const ROWS: readonly Row[] = [
  row("1", "kernel", "kernel, one reading a meter / the same algorithm in C", [0.75, 0.9]),
  row("2", "kernel", "kernel, 48 readings a meter / the same algorithm in C", [0.65, 0.9]),
  row("3", "kernel", "bytes that the kernel touches / memcpy, one core", [0.35, 0.6]),
  row("4", "pool", "two workers through the pool / twice one kernel thread", [0.75, 0.9]),
  row(
    "5",
    "pipeline",
    "JetStream to durable acknowledgement / raw consume of the same frames",
    [0.4, 0.65],
  ),
  row("6", "pipeline", "the same pipeline / PostgreSQL, set-based", [15, 40]),
  row(
    "7",
    "pipeline",
    "the same pipeline / Redis with Lua, 48 readings a call, not durable",
    [2, 5],
  ),
  row(
    "8a",
    "store",
    "rated rows landed in ClickHouse / raw Native inserts of the same bytes",
    [0.6, 0.85],
  ),
  row("8b", "store", "rated rows landed in ClickHouse / JSONEachRow through the client", [8, 15]),
  {
    ...row("9", "chain", "whole chain with store, sustained, lag not growing", [1e6, 3e6]),
    unit: "readings/s",
  },
  row("10", "http", "balance reads over uWS / node-server returning a constant", [1, 1.5]),
  bound("11a", "latency", "p99 frame to durable acknowledgement / p99 of one 64 KiB fdatasync", [
    "×",
    20,
    10,
  ]),
  bound("11b", "latency", "p99 frame to cut command, at half load", ["ms", 200, 50]),
  bound("11c", "latency", "p99 vend, at half load", ["ms", 100, 25]),
  bound("12a", "recovery", "recovery after kill -9, seconds per million accounts", ["s", 5, 1]),
  bound("12b", "recovery", "memory per account", ["B", 512, 256]),
];

/** How a figure stands to its row: `missed` is worse than the floor. */
export type Verdict = "target met" | "floor met" | "missed";

/** The verdict; `margin` loosens both bounds, 0.2 by a fifth, for noisy machines. */
export function verdictOf(row: Row, figure: number, margin = 0): Verdict {
  const meets = (limit: number): boolean =>
    row.better === "higher" ? figure >= limit * (1 - margin) : figure <= limit * (1 + margin);
  if (meets(row.target)) return "target met";
  return meets(row.floor) ? "floor met" : "missed";
}
