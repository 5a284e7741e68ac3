/**
 * Searches a bus by secondary address: a selection that many meters fit is narrowed digit by digit until each answers
 * alone. Meters of one id are told apart by medium, version and manufacturer.
 */
import { fitsSelection, selectionText } from "./address.ts";
import type { MbusBus } from "./bus.ts";
import { idField, manufacturerField } from "./encode/fields.ts";
import type { Talk } from "./link/ask.ts";
import { type Refusal, refusal } from "./link/refusal.ts";
import type { Transaction } from "./link/steps.ts";
import type { Identity, Master } from "./master.ts";

/** Most selections of one search; a bus of 250 meters with ids of chance needs some 1 200. */
export const SEARCH_PROBES_MAX = 10_000;
/** Longest search. */
const SEARCH_MS_MAX = 4 * 3_600_000;

/** What a search tells as it goes. `mask` is the selection as text: id, manufacturer, version, medium. */
export type SearchEvent =
  /** A selection is about to be tried. */
  | { kind: "probe"; probes: number; mask: string }
  | { kind: "meter"; meter: Identity }
  /** Somebody is there and cannot be read alone: meters alike in everything, or one that is broken. */
  | { kind: "unclear"; mask: string; refusal: Refusal }
  /** The search is over; `refusal` where it did not come to its end. */
  | { kind: "end"; probes: number; refusal?: Refusal };

/** How a selection is answered. */
type Answered =
  | { by: "nobody" }
  | { by: "one"; meter: Identity }
  | { by: "several"; refusal: Refusal }
  | { by: "lost"; refusal: Refusal };

type Search = {
  bus: MbusBus;
  master: Master;
  probesMax: number;
  endMs: number;
  probes: number;
  stopped?: Refusal;
};

/** Bounds of a search, where they are to be narrower than the usual ones. */
export type SearchBounds = { probesMax?: number; totalMs?: number };

/** Searches among the meters that fit `wanted`, eight bytes of a selection. Ends with one `end`. */
export async function* searchBus(
  { bus, master }: { bus: MbusBus; master: Master },
  wanted: Uint8Array,
  { probesMax = SEARCH_PROBES_MAX, totalMs = SEARCH_MS_MAX }: SearchBounds = {},
): AsyncGenerator<SearchEvent> {
  const endMs = performance.now() + totalMs;
  const search: Search = { bus, master, probesMax, endMs, probes: 0 };
  yield* narrow(search, wanted);
  const { probes, stopped } = search;
  yield { kind: "end", probes, ...(stopped !== undefined && { refusal: stopped }) };
}

/** Tries a selection and, where several meters fit it, all that are narrower. Gives how many answers it heard. */
async function* narrow(search: Search, wanted: Uint8Array): AsyncGenerator<SearchEvent, number> {
  if (isOver(search)) return 0;
  search.probes++;
  yield { kind: "probe", probes: search.probes, mask: selectionText(wanted) };
  const answered = await search.bus.run((talk) => probe(search.master, talk, wanted));
  const outcome: Answered = "by" in answered ? answered : { by: "lost", refusal: answered };
  switch (outcome.by) {
    case "nobody":
      return 0;
    case "lost":
      search.stopped = outcome.refusal;
      return 0;
    case "one":
      yield { kind: "meter", meter: outcome.meter };
      return 1;
    case "several":
      break;
  }
  const [usual, rare] = narrower(wanted);
  if (usual.length === 0) {
    yield { kind: "unclear", mask: selectionText(wanted), refusal: outcome.refusal };
    return 1;
  }
  let heard = 0;
  for (const next of usual) heard += yield* narrow(search, next);
  // One voice makes no collision: the others may have letters where digits are usual.
  if (heard < 2) for (const next of rare) heard += yield* narrow(search, next);
  if (heard === 0 && search.stopped === undefined) {
    yield { kind: "unclear", mask: selectionText(wanted), refusal: outcome.refusal };
  }
  return Math.max(heard, 1);
}

function isOver(search: Search): boolean {
  if (search.stopped !== undefined) return true;
  if (search.probes >= search.probesMax) {
    search.stopped = refusal(
      "busy",
      `${search.probesMax} selections were tried: narrow the search`,
    );
  } else if (performance.now() >= search.endMs) {
    search.stopped = refusal("timeout", "the time of the search is over: narrow it");
  }
  return search.stopped !== undefined;
}

function* probe(master: Master, talk: Talk, wanted: Uint8Array): Transaction<Answered> {
  const { bounds } = talk;
  const answerMs = Math.min(bounds.answerMs, bounds.probeMs);
  const brief = { ...talk, bounds: { ...bounds, answerMs, retries: 0 } };
  const selected = yield* master.select(brief, wanted);
  if (!selected.ok && selected.fault === "timeout") return { by: "nobody" };
  // Acknowledgements of several meters that are not quite at the same time are noise.
  if (!selected.ok && selected.fault !== "malformed") return { by: "lost", refusal: selected };
  talk.nowMs = brief.nowMs;
  const once = { ...talk, bounds: { ...bounds, retries: Math.min(bounds.retries, 1) } };
  const answer = yield* master.identify(once);
  if (!answer.ok) {
    const lost = answer.fault === "unreachable" || answer.fault === "closed";
    return { by: lost ? "lost" : "several", refusal: answer };
  }
  if (fits(answer, wanted)) return { by: "one", meter: answer };
  const message = `meter ${answer.header.id} answered a selection that it does not fit`;
  return { by: "several", refusal: refusal("wrong_identity", message) };
}

/** The fixed structure tells no manufacturer and version: there the id alone decides. */
function fits({ header }: Identity, wanted: Uint8Array): boolean {
  const { id, manufacturer, version, mediumCode } = header;
  if (manufacturer === null || version === null || !/^[A-Z]{3}$/.test(manufacturer)) {
    const open = [0xff, 0xff, 0xff, 0xff];
    const identity = Uint8Array.of(...idField(id), ...open);
    return fitsSelection(identity, Uint8Array.of(...wanted.subarray(0, 4), ...open));
  }
  const maker = manufacturerField(manufacturer);
  return fitsSelection(Uint8Array.of(...idField(id), ...maker, version, mediumCode), wanted);
}

/** Where the bytes of a selection that can be narrowed once the id is whole stand, and how many values each is tried with. */
const NARROWED_BYTES = [
  { at: 7, values: 64 },
  { at: 6, values: 255 },
  { at: 4, values: 255 },
  { at: 5, values: 128 },
] as const;

/** The selections one step narrower: the usual ones, and those with letters in the id, which few makers use. */
function narrower(wanted: Uint8Array): [usual: Uint8Array[], rare: Uint8Array[]] {
  for (let digit = 0; digit < 8; digit++) {
    const at = 3 - (digit >> 1);
    const shift = digit % 2 === 0 ? 4 : 0;
    const byte = wanted[at] ?? 0;
    if (((byte >> shift) & 0x0f) !== 0x0f) continue;
    const filled = Array.from({ length: 15 }, (_, value) =>
      changed(wanted, at, (byte & ~(0x0f << shift)) | (value << shift)),
    );
    return [filled.slice(0, 10), filled.slice(10)];
  }
  const open = NARROWED_BYTES.find(({ at }) => wanted[at] === 0xff);
  if (open === undefined) return [[], []];
  return [Array.from({ length: open.values }, (_, value) => changed(wanted, open.at, value)), []];
}

function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = value;
  return copy;
}
