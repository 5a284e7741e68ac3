/**
 * What an account consumed, as readings that the kernel takes: from the rated rows of the store, whose parts are put
 * together again to the readings they came from. The register counts from 0, so that exchanges of meters, rollovers and
 * readings that were accepted by hand are nothing special any more.
 */
import type { FrameReading } from "../../engine/contract/frame.ts";
import type { Period } from "./period.ts";

/** A part of a reading as the store has it; `estimated` parts are charged estimates and what was given back of them (R18). */
export type StoredPart = {
  fromS: number;
  toS: number;
  quantityAtoms: bigint;
  estimated: boolean;
  last: boolean;
};

/** Where the store counts a period's consumption from and to, and whether it cut a reading there. */
export type Edge = { atS: number; isCut: boolean };
/** An account's readings and the edges of the period. `isWhole` is false where a reading is no consumption at all. */
export type Story = {
  readings: Omit<FrameReading, "slot">[];
  from: Edge;
  to: Edge;
  isWhole: boolean;
};

/**
 * The story of parts in the order of their ends. Of a reading that an edge of the period lies in, and that was not cut
 * there, the store counts all to the time of its end: so does the edge, which is then where that reading begins.
 */
export function storyOf(parts: readonly StoredPart[], { fromS, toS }: Period): Story {
  const writer = new StoryWriter();
  for (const group of readingsOf(parts)) {
    if (group.fromS < toS) writer.add(group);
  }
  const { readings, isWhole } = writer;
  return { readings, isWhole, from: edgeAt(parts, fromS), to: edgeAt(parts, toS) };
}

function edgeAt(parts: readonly StoredPart[], atS: number): Edge {
  const over = parts.find((part) => !part.estimated && part.fromS < atS && atS < part.toS);
  return over === undefined ? { atS, isCut: true } : { atS: over.fromS, isCut: false };
}

type Whole = Omit<StoredPart, "last">;

/** Readings from their parts: parts that block edges cut end at one instant, in no order. */
function readingsOf(parts: readonly StoredPart[]): Whole[] {
  const readings: Whole[] = [];
  let open: Whole | undefined;
  for (const [at, { last: _, ...part }] of parts.entries()) {
    if (part.estimated) {
      // What is given back ends no reading: the actual one behind it pays for all of its time.
      if (part.quantityAtoms > 0n) readings.push(part);
      continue;
    }
    open ??= { ...part, quantityAtoms: 0n };
    open = { ...open, toS: part.toS, quantityAtoms: open.quantityAtoms + part.quantityAtoms };
    if (!endsAt(parts, at)) continue;
    readings.push(open);
    open = undefined;
  }
  return readings;
}

/** Whether the part is the last in the order of parts of the reading that ends with it. */
function endsAt(parts: readonly StoredPart[], at: number): boolean {
  const toS = parts[at]?.toS;
  for (let next = at + 1; parts[next]?.toS === toS; next++) {
    if (parts[next]?.estimated === false) return false;
  }
  for (let same = at; parts[same]?.toS === toS; same--) {
    if (parts[same]?.estimated === false && parts[same]?.last === true) return true;
  }
  return false;
}

class StoryWriter {
  readonly readings: Story["readings"] = [];
  isWhole = true;
  #atS: number | undefined;
  #register = 0n;
  #estimated = 0n;

  add({ fromS, toS, quantityAtoms, estimated }: Whole): void {
    if (this.#atS === undefined || (fromS > this.#atS && !estimated)) this.#actual(fromS, 0n);
    if (estimated) {
      this.#estimated += quantityAtoms;
      this.#push(toS, this.#register + this.#estimated, "estimated");
    } else if (toS > (this.#atS ?? 0)) {
      this.#actual(toS, quantityAtoms);
    } else if (quantityAtoms !== 0n) {
      this.isWhole = false;
    }
  }

  #actual(atS: number, quantityAtoms: bigint): void {
    if (quantityAtoms < 0n) this.isWhole = false;
    this.#register += quantityAtoms;
    this.#estimated = 0n;
    this.#atS = atS;
    this.#push(atS, this.#register, "actual");
  }

  #push(atS: number, register: bigint, quality: FrameReading["quality"]): void {
    if (register < 0n || register > BigInt(Number.MAX_SAFE_INTEGER)) this.isWhole = false;
    else this.readings.push({ atS, register: Number(register), quality });
  }
}
