/**
 * What the process of the load's gateways is told by files in its folder, and what it tells back.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LawStart } from "./meter-law.ts";

/** One gateway of the load: `key` in hex digits. */
export type PlannedGateway = {
  gateway: number;
  shard: number;
  key: string;
  shape: "snapshot" | "profile";
};
/** All of them. */
export type LoadPlan = { start: LawStart; gateways: readonly PlannedGateway[] };
/** What the process says of itself: frames not acknowledged, readings and frames not spooled, its newest acknowledgement. */
export type LoadStatus = {
  pid: number;
  atMs: number;
  paused: boolean;
  depth: number;
  waiting: number;
  lastAckMs: number;
};

const PLAN = "plan.json";
const STATUS = "status.json";
const PAUSE = "pause";

/** Writes the plan. */
export function writePlan(folder: string, plan: LoadPlan): void {
  writeFileSync(join(folder, PLAN), JSON.stringify(plan), { mode: 0o600 });
}

/** Reads the plan. */
export function readPlan(folder: string): LoadPlan {
  return JSON.parse(readFileSync(join(folder, PLAN), "utf8")) as LoadPlan;
}

/** Tells the gateways to read no meters, or to read them again. */
export function setPaused(folder: string, paused: boolean): void {
  if (paused) writeFileSync(join(folder, PAUSE), "");
  else rmSync(join(folder, PAUSE), { force: true });
}

/** The path whose being there means a pause. */
export function pausePath(folder: string): string {
  return join(folder, PAUSE);
}

/** Says how the gateways stand. */
export function writeStatus(folder: string, status: LoadStatus): void {
  const path = join(folder, STATUS);
  writeFileSync(`${path}.new`, JSON.stringify(status));
  renameSync(`${path}.new`, path);
}

/** How the gateways stood last; undefined before they first said so. */
export function readStatus(folder: string): LoadStatus | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, STATUS), "utf8")) as LoadStatus;
  } catch {
    return undefined;
  }
}
