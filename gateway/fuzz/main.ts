/**
 * `node --expose-gc --import tsx gateway/fuzz/main.ts [PROTOCOL…] [--count N] [--seed N]`: fuzz runs of the field
 * protocols, each in turn. Prints one JSON line a protocol; exit code 1 where a run let an error out, lost an input or
 * kept memory, 2 on wrong use.
 */
import { parseArgs } from "node:util";
import type { Fuzzer, FuzzReport } from "./report.ts";

/** Most inputs of one run. */
const INPUTS_MAX = 1_000_000_000;
/** Longest time for one input: a millisecond's work, with room for a collection and a busy machine. */
const INPUT_MS_MAX = 1_000;
/** Most that the heap may grow by while a run lasts: caches fill, buffers wait to be collected. */
const HEAP_GROWTH_BYTES_MAX = 16 * 2 ** 20;

const FUZZERS: Readonly<Record<string, () => Promise<Fuzzer>>> = {
  bacnet: async () => (await import("./bacnet.ts")).fuzz,
  mbus: async () => (await import("./mbus.ts")).fuzz,
  modbus: async () => (await import("./modbus.ts")).fuzz,
};

/** What is wrong with a run, or undefined for a sound one. */
function verdict({ inputs, refused, decoded, ...report }: FuzzReport): string | undefined {
  if (report.thrown > 0) return `${report.thrown} inputs let an error out`;
  if (refused + decoded !== inputs) return "inputs were lost";
  if (report.slowestMs > INPUT_MS_MAX) return `one input took ${report.slowestMs} ms`;
  if (report.heapGrowthBytes > HEAP_GROWTH_BYTES_MAX) return "the heap grew";
  return undefined;
}

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { count: { type: "string" }, seed: { type: "string" } },
    allowPositionals: true,
  });
  const count = Number(values.count ?? 100_000);
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const names = positionals.length > 0 ? positionals : Object.keys(FUZZERS);
  const stranger = names.find((name) => FUZZERS[name] === undefined);
  if (
    stranger !== undefined ||
    !Number.isSafeInteger(seed) ||
    !(count >= 1 && count <= INPUTS_MAX)
  ) {
    const known = Object.keys(FUZZERS).join(", ");
    process.stderr.write(`fuzz: [${known}] [--count 1 to ${INPUTS_MAX}] [--seed whole number]\n`);
    return 2;
  }
  let code = 0;
  for (const name of names) {
    const fuzz = await FUZZERS[name]?.();
    if (fuzz === undefined) continue;
    const startMs = performance.now();
    const report = await fuzz({ count: Math.floor(count), seed });
    const tookS = Math.round((performance.now() - startMs) / 100) / 10;
    const fault = verdict(report);
    process.stdout.write(`${JSON.stringify({ protocol: name, seed, tookS, ...report, fault })}\n`);
    if (fault !== undefined) code = 1;
  }
  return code;
}

process.exitCode = await main(process.argv.slice(2));
