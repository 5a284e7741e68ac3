/**
 * Does a gateway read thousands of meters on schedule and move relays at once, while some of them do not answer?
 *
 * One gateway process, a process of simulated meters on loopback: 2 000 on 50 buses, 25 of Modbus and 25 of M-Bus, 200 of
 * which never answer and 40 more answer wrongly (garbage, late, as another meter, with a reset). Each is read every ten
 * seconds, six to thirty times as often as its device file asks. Meanwhile supply commands come in through JetStream; each
 * is timed until the frame with the relay's read-back has left the gateway. The event loop's stalls are timed inside the
 * gateway; "own" is what of them was work of its own, the rest is time in which others had the processor.
 */
import { type FieldFound, type FieldLoad, runFieldLoad } from "../field/load.ts";
import { orSkip } from "../harness/skip.ts";
import { noOutcome, type Outcome, type SuiteOptions } from "../harness/suite.ts";

const FULL: FieldLoad = {
  meters: 2_000,
  buses: 50,
  silent: 200,
  wrong: 40,
  periodMs: 10_000,
  settleS: 60,
  measureS: 120,
  commandsPerS: 5,
};
const QUICK: FieldLoad = { ...FULL, settleS: 36, measureS: 16 };

/** Bounds: of stalls, of the time to a confirmed cut, of reads on schedule. */
const STALL_MS_MAX = 50;
const CONFIRM_MS_MAX = 2_000;
const ON_SCHEDULE_MIN = 0.99;

/** Runs the suite. */
export async function fieldSuite(options: SuiteOptions): Promise<Outcome> {
  const outcome = noOutcome();
  const load = options.quick ? QUICK : FULL;
  options.say(
    `field: ${load.meters} meters on ${load.buses} buses, ${load.silent} silent; ${load.settleS + load.measureS} s`,
  );
  const found = await orSkip(outcome, [], () => runFieldLoad(load));
  if (found === undefined) return outcome;
  outcome.tables.push({
    title: `A gateway with ${load.meters} meters on ${load.buses} buses, ${load.silent} silent, ${load.wrong} that answer wrongly`,
    head: ["figure", "found", "bound"],
    lines: linesOf(found),
  });
  return outcome;
}

function linesOf(found: FieldFound): string[][] {
  const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
  const share = (value: number): string => `${(value * 100).toFixed(2)} %`;
  return [
    ["reads of healthy meters", String(found.reads), ""],
    ["on schedule (a fifth of the period)", share(found.onSchedule), `≥ ${share(ON_SCHEDULE_MIN)}`],
    ["healthy meters that missed a period", `${found.missed} of ${found.healthy}`, "0"],
    ["lateness, p50 and p99", `${ms(found.lateP50Ms)}, ${ms(found.lateP99Ms)}`, ""],
    ["worst stall of the event loop", ms(found.stallMs), `< ${STALL_MS_MAX} ms`],
    ["of it the gateway's own work", ms(found.stallOwnMs), `< ${STALL_MS_MAX} ms`],
    ["stall, p99", ms(found.stallP99Ms), ""],
    ["worst stall at start, own", `${ms(found.settleStallMs)}, ${ms(found.settleOwnMs)}`, ""],
    ["processor", `${share(found.cpuShare)} of a core`, ""],
    ["commands confirmed", `${found.confirmed} of ${found.commands}`, String(found.commands)],
    ["command to confirmation, p50", ms(found.confirmP50Ms), ""],
    ["command to confirmation, p99", ms(found.confirmP99Ms), `< ${CONFIRM_MS_MAX} ms`],
    ["command to confirmation, most", ms(found.confirmMostMs), ""],
  ];
}
