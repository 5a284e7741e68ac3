/**
 * One run under load: the gateway settles, then for a while its reads and the supply commands are timed.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { SUPPLY_REPORT } from "../../engine/contract/frame.ts";
import { quantileOf } from "../harness/spread.ts";
import { FieldInstallation } from "./installation.ts";
import type { FieldSize } from "./layout.ts";

/** Longest wait for the last command to be confirmed. */
const CONFIRM_MS = 20_000;
const LOOK_MS = 50;
/** A read is on schedule when its answer came within this share of the period after it was due. */
const ON_SCHEDULE_SHARE = 0.2;

/** How to run: sizes, times, and commands a second. */
export type FieldLoad = FieldSize & {
  periodMs: number;
  settleS: number;
  measureS: number;
  commandsPerS: number;
};

/** What was found; times in milliseconds. */
export type FieldFound = {
  healthy: number;
  reads: number;
  /** Share of the reads that were on schedule, and healthy meters that missed a whole period. */
  onSchedule: number;
  missed: number;
  lateP50Ms: number;
  lateP99Ms: number;
  stallMs: number;
  stallOwnMs: number;
  stallP99Ms: number;
  settleStallMs: number;
  settleOwnMs: number;
  cpuShare: number;
  commands: number;
  confirmed: number;
  confirmP50Ms: number;
  confirmP99Ms: number;
  confirmMostMs: number;
};

type Asked = { slot: number; number: number; state: number; atMs: number };

/** Runs it. Throws a SkipError where NATS can't be had. */
export async function runFieldLoad(load: FieldLoad): Promise<FieldFound> {
  const { periodMs, settleS, measureS } = load;
  const field = await FieldInstallation.start(load, periodMs);
  try {
    await sleep(settleS * 1_000);
    const settled = await field.take();
    const asked = await commandFor(field, load);
    const found = await field.take();
    await allConfirmed(field, asked.length);
    const healthy = field.meters.flatMap(({ healthy: is }, slot) => (is ? [slot] : []));
    const least = Math.floor((measureS * 1_000) / periodMs) - 1;
    const times = timesOf(field, asked);
    const late = found.latenessMs;
    const inTime = late.filter((ms) => ms <= periodMs * ON_SCHEDULE_SHARE).length;
    return {
      healthy: healthy.length,
      reads: late.length,
      onSchedule: inTime / Math.max(1, late.length),
      missed: healthy.filter((slot) => (found.reads[slot] ?? 0) < least).length,
      lateP50Ms: quantileOf(late, 0.5),
      lateP99Ms: quantileOf(late, 0.99),
      stallMs: found.stallMs,
      stallOwnMs: found.ownMs,
      stallP99Ms: found.stallP99Ms,
      settleStallMs: settled.stallMs,
      settleOwnMs: settled.ownMs,
      cpuShare: found.cpuMs / found.wallMs,
      commands: asked.length,
      confirmed: times.length,
      confirmP50Ms: quantileOf(times, 0.5),
      confirmP99Ms: quantileOf(times, 0.99),
      confirmMostMs: quantileOf(times, 1),
    };
  } finally {
    await field.stop();
  }
}

/** Cuts and restores healthy meters in turn, evenly over the time. */
async function commandFor(
  field: FieldInstallation,
  { measureS, commandsPerS }: FieldLoad,
): Promise<Asked[]> {
  const healthy = field.meters.flatMap(({ healthy: is }, slot) => (is ? [slot] : []));
  const asked: Asked[] = [];
  const beganMs = performance.now();
  const count = Math.floor(measureS * commandsPerS);
  for (let i = 0; i < count; i++) {
    const waitMs = beganMs + (i * 1_000) / commandsPerS - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    // A step that shares no factor with the buses, so that all of them get their share.
    const slot = healthy[(i * 37) % healthy.length] ?? 0;
    const number = 1 + asked.filter((each) => each.slot === slot).length;
    const cut = number % 2 === 1;
    const atMs = await field.command(slot, number, cut ? "cut" : "restore");
    const state = cut ? SUPPLY_REPORT.disconnected : SUPPLY_REPORT.connected;
    asked.push({ slot, number, state, atMs });
  }
  const leftMs = beganMs + measureS * 1_000 - performance.now();
  if (leftMs > 0) await sleep(leftMs);
  return asked;
}

async function allConfirmed(field: FieldInstallation, count: number): Promise<void> {
  const until = performance.now() + CONFIRM_MS;
  while (field.confirmed.length < count && performance.now() < until) await sleep(LOOK_MS);
}

/** How long each command took that ended as it was meant to. */
function timesOf(field: FieldInstallation, asked: readonly Asked[]): number[] {
  const reports = new Map(field.confirmed.map((each) => [`${each.slot} ${each.number}`, each]));
  return asked.flatMap(({ slot, number, state, atMs }) => {
    const report = reports.get(`${slot} ${number}`);
    return report?.state === state ? [report.atMs - atMs] : [];
  });
}
