/**
 * `drawdown rate`: rates recorded readings through the kernel, offline.
 */
import type { CommandIo } from "../host/command-io.ts";
import { coverSpan } from "../rating/coverage.ts";
import { rateOffline } from "../rating/offline.ts";
import { toResult } from "../rating/result.ts";
import { InputError, parseFlags, RATING_FLAGS, readRatingInput } from "./rating-options.ts";
import { spanOf, writeResult } from "./rating-output.ts";

const USAGE =
  "drawdown rate --price-list FILE --readings FILE.csv [--timezone ZONE] [--unit UNIT] [--max-rate N] [--modulus N] [--bad-lines stop|skip] [--json]";

/** Runs the command; gives the exit code. Throws UsageError and InputError. */
export function rateCommand(argv: readonly string[], io: CommandIo): number {
  const input = readRatingInput(parseFlags(argv, RATING_FLAGS, USAGE), USAGE);
  for (const warning of input.warnings) io.stderr.write(`${warning}\n`);
  const { firstS, lastS } = spanOf(input.recorded);
  const versions = coverSpan(input.versions, firstS, lastS);
  const list = versions[0]?.priceList;
  if (list === undefined)
    throw new InputError(["no version of the price list is in force during the readings"]);
  const isTerminal = process.stderr.isTTY === true;
  const sums = rateOffline(input.recorded, versions, input.meters, (done) => {
    if (isTerminal) process.stderr.write(`\r${done} of ${input.recorded.order.length} readings`);
  });
  if (isTerminal) process.stderr.write("\r\u001b[K");
  writeResult(toResult(list, sums), input.json, io);
  return 0;
}
