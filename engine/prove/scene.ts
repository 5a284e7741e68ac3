/**
 * Where a story plays: its zone, its span of time, the versions of its price list, and the instants at which they change
 * something.
 */
import { MARK_DAY } from "../../kernel-as/assembly/layout.ts";
import { parsePriceList } from "../contract/price-list/parse.ts";
import { compileTable } from "../tariff/compile.ts";
import { readTable } from "../tariff/table.ts";
import { type ListFrame, makeFrame, makeList, otherBasis } from "./make-list.ts";
import type { ModelSide } from "./model-side.ts";
import type { Random } from "./random.ts";
import type { PlannedVersion } from "./story.ts";
import { makeMoment, STORY_ZONES } from "./zones.ts";

const DAY_S = 86_400;
/** Room of the tables around the span. */
const MARGIN_S = 10 * DAY_S;

/** Days around one moment, months, or years with few and long intervals. */
export type StoryKind = "days" | "months" | "years" | "extreme";

/** What a story has more of than others: so that what is seldom comes often enough in some. */
export const THEMES = [
  ...["any", "any", "pots", "debts", "transfers", "modes", "desk", "estimates", "supply"],
  "versions",
] as const;

/** The plan of a story. */
export type Scene = {
  kind: StoryKind;
  theme: string;
  zone: string;
  /** Steps behind the set-up. */
  steps: number;
  startS: number;
  endS: number;
  versions: readonly PlannedVersion[];
  /** The only version of another list, in force for the whole story. */
  other: PlannedVersion;
  /** Instants at which a period, a cycle, a version or a charge begins or falls due, rising. */
  boundaries: readonly number[];
  /** Local midnights of the list's zone, rising. */
  midnights: readonly number[];
  /** R34: whether one list is of purchase and the other is not, so that accounts of both are opened. */
  isMixed: boolean;
  /** Starts of blocks of all versions, in atoms. */
  blockStarts: readonly bigint[];
};

/** What a step is made from. */
export type Telling = { random: Random; scene: Scene; side: ModelSide; nowS: number };

/** Plans a story. */
export function makeScene(random: Random): Scene {
  const kind = random.weigh<StoryKind>({ days: 65, months: 20, years: 5, extreme: 10 });
  const zone = random.pick(STORY_ZONES);
  const spanS = random.int(...SPAN_DAYS[kind]) * DAY_S;
  const startS = makeMoment(random, zone) - random.int(0, Math.min(spanS, 30 * DAY_S));
  const endS = startS + spanS;
  const years = yearsBetween(startS, endS);
  const basis = random.weigh({ money: 68, quantity: 10, mixed: 22 });
  const isMixed = basis === "mixed";
  const frame = makeFrame(random, zone, years, {
    isLong: kind === "years",
    isExtreme: kind === "extreme",
    isPurchase: basis === "quantity" || (isMixed && random.chance(0.5)),
  });
  const versions = makeVersions(random, frame, startS, endS);
  const other = {
    json: makeList(random, isMixed ? otherBasis(random, frame) : frame),
    effectiveFromS: startS - MARGIN_S,
    list: 1,
  } as const;
  const tables = [...versions, other].map(({ json, effectiveFromS }, i) => {
    const parsed = parsePriceList(json);
    if (!parsed.ok) throw new Error("a made list is not sound");
    const span = { fromS: effectiveFromS, toS: endS + MARGIN_S };
    return readTable(compileTable(parsed.priceList, { version: i + 1, effectiveFromS, ...span }));
  });
  const marks = tables.flatMap((table) => table.marks);
  const midnights = marks.filter(({ flags }) => (flags & MARK_DAY) !== 0);
  const starts = tables.flatMap(({ periods }) =>
    periods.flat().map(({ startAtoms }) => startAtoms),
  );
  return {
    kind,
    steps: kind === "years" ? random.int(15, 40) : random.int(40, 160),
    startS,
    endS,
    versions,
    other,
    // Estimates at the bounds of money come with both.
    isMixed,
    theme: kind === "extreme" && random.chance(0.35) ? "estimates" : random.pick(THEMES),
    zone,
    boundaries: rising(marks.map(({ atS }) => atS)),
    midnights: rising(midnights.map(({ atS }) => atS)),
    blockStarts: [...new Set(starts)].filter((start) => start > 0n),
  };
}

/** The first boundary after an instant, if one is left. */
export function boundaryAfter({ boundaries }: Scene, atS: number): number | undefined {
  return boundaries[placeAfter(boundaries.length, (i) => boundaries[i] ?? 0, atS)];
}

/** The place of the first of so many rising instants that lies behind `atS`; their count where none does. */
export function placeAfter(count: number, instantAt: (i: number) => number, atS: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (instantAt(middle) <= atS) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rising(instants: readonly number[]): number[] {
  return [...new Set(instants)].sort((a, b) => a - b);
}

/** Days that a story spans. */
const SPAN_DAYS: Record<StoryKind, [number, number]> = {
  days: [2, 40],
  months: [100, 430],
  years: [3_700, 4_000],
  extreme: [2, 40],
};

function yearsBetween(startS: number, endS: number): number[] {
  const first = new Date(startS * 1000).getUTCFullYear();
  const last = new Date(endS * 1000).getUTCFullYear();
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Versions that rise; the first one mostly before the story begins. */
function makeVersions(
  random: Random,
  frame: ListFrame,
  startS: number,
  endS: number,
): PlannedVersion[] {
  const firstS = random.chance(0.85) ? startS - MARGIN_S : startS + random.int(0, DAY_S);
  const count = frame.isLong ? random.int(1, 2) : random.pick([1, 1, 2, 2, 3, 4]);
  const starts = new Set([firstS]);
  while (starts.size < count) {
    const atS = random.int(Math.max(firstS, startS) + 1, endS);
    starts.add(random.chance(0.7) ? atS - (atS % 1_800) : atS);
  }
  return [...starts]
    .filter((atS) => atS >= firstS)
    .sort((a, b) => a - b)
    .map((effectiveFromS) => ({ effectiveFromS, json: makeList(random, frame) }));
}
