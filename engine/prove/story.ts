/**
 * A story: what kernel and model are both told, in order. Plain data, so that a part of it can be told again.
 */
import type { EngineCommand } from "../contract/commands.ts";
import type { FrameReading, FrameReport } from "../contract/frame.ts";
import type { PriceListJson } from "../model/price-list-json.ts";

/**
 * A version of a story's price list; its number is its place, from 1. The last one may be the only version of another list,
 * which accounts can be moved to (R37).
 */
export type PlannedVersion = { json: PriceListJson; effectiveFromS: number; list?: 1 };
/** Index of the other list. */
export const OTHER_LIST = 1;

/** The number that rows of a list's version carry; `version` counts from 0 in the list. */
export function rowVersion(
  versions: readonly PlannedVersion[],
  list: number,
  version: number,
): number {
  return list === OTHER_LIST ? versions.length : version + 1;
}

/** One input. `atS` is when it arrives. A profile holds readings of each slot, `intervalS` apart from `baseS` on. */
export type Step =
  | { kind: "command"; atS: number; command: EngineCommand }
  | {
      kind: "frame";
      atS: number;
      gateway: number;
      readings: readonly FrameReading[];
      reports: readonly FrameReport[];
    }
  | {
      kind: "profile";
      atS: number;
      gateway: number;
      baseS: number;
      intervalS: number;
      series: readonly { slot: number; registers: readonly number[] }[];
    }
  | { kind: "tick"; atS: number };

/** The price list, rising by its versions' starts, and all that happens. */
export type Story = { versions: readonly PlannedVersion[]; steps: readonly Step[] };

/** How many inputs a step counts for: each reading, report, command and tick is one. */
export function weightOf(step: Step): number {
  if (step.kind === "frame") return step.readings.length + step.reports.length;
  if (step.kind === "profile")
    return step.series.reduce((sum, { registers }) => sum + registers.length, 0);
  return 1;
}

/** The readings of a step in their order. */
export function readingsOf(step: Step): FrameReading[] {
  if (step.kind === "frame") return [...step.readings];
  if (step.kind !== "profile") return [];
  return step.series.flatMap(({ slot, registers }) =>
    registers.map((register, k): FrameReading => {
      return { slot, register, atS: step.baseS + k * step.intervalS, quality: "actual" };
    }),
  );
}

/** A step on one line, for people. Price lists stand with the story's versions. */
export function stepText(step: Step): string {
  const isList = step.kind === "command" && step.command.op === "set_price_list";
  return JSON.stringify(isList ? { ...step, command: { ...step.command, text: "…" } } : step);
}
