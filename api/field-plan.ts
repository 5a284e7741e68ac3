/**
 * Takes up the simulated field's plan whenever it is written: registers it, and gives each gateway its identity file.
 */
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PlanMeter } from "./registry/seed/plan.ts";
import type { SeededGateway } from "./registry/seed/site.ts";

/** Where the field writes its plan, in the data folder. */
const FIELD_PLAN_FILE = join("field", "plan.json");
/** Where gateways find their identities, in the data folder: `<number>.json`. */
const GATEWAYS_FOLDER = "gateways";
/** Longest plan that is read. */
const PLAN_BYTES_MAX = 32 * 1024 * 1024;

/** The plan and when it was written; undefined while there is none, or it is the one that was taken up already. */
export function planSince(
  data: string,
  takenMs: number | undefined,
): { meters: PlanMeter[]; writtenMs: number } | undefined {
  const path = join(data, FIELD_PLAN_FILE);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.mtimeMs === takenMs) return undefined;
  if (stats.size > PLAN_BYTES_MAX) {
    throw new Error(`${path} is longer than ${PLAN_BYTES_MAX} bytes: use fewer meters`);
  }
  const meters = JSON.parse(readFileSync(path, "utf8")) as PlanMeter[];
  return { meters, writtenMs: stats.mtimeMs };
}

/** Writes the identity file of a gateway (mode 600), where it is not the same already. */
export function writeIdentity(data: string, { number, shard, key }: SeededGateway): void {
  const folder = join(data, GATEWAYS_FOLDER);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${number}.json`);
  const text = `${JSON.stringify({ gateway: number, shard, key })}\n`;
  if (isSame(path, text)) return;
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  chmodSync(`${path}.new`, 0o600);
  renameSync(`${path}.new`, path);
}

function isSame(path: string, text: string): boolean {
  try {
    return readFileSync(path, "utf8") === text;
  } catch {
    return false;
  }
}
