/**
 * `node --import tsx gateway/fuzz/faulty-reads-main.ts [--reads N] [--buses N] [--seed N]`: reads of M-Bus meters that
 * misbehave. Prints one JSON line; exit code 1 where a value went to another meter, 2 on wrong use.
 */
import { parseArgs } from "node:util";
import { faultyReads } from "./faulty-reads.ts";

const BUSES_MAX = 64;

async function main(argv: readonly string[]): Promise<number> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: { reads: text, buses: text, seed: text },
  });
  const reads = Number(values.reads ?? 100_000);
  const buses = Number(values.buses ?? 8);
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 20));
  if (!(reads >= 1) || !(buses >= 1 && buses <= BUSES_MAX) || !Number.isSafeInteger(seed)) {
    process.stderr.write(
      `faulty reads: [--reads N] [--buses 1 to ${BUSES_MAX}] [--seed whole number]\n`,
    );
    return 2;
  }
  const startMs = performance.now();
  const report = await faultyReads({ reads, buses: Math.floor(buses), seed });
  const tookS = Math.round((performance.now() - startMs) / 100) / 10;
  process.stdout.write(`${JSON.stringify({ seed, buses, tookS, ...report })}\n`);
  return report.foreign === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
