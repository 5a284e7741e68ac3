/**
 * Frames that only a gateway with a key could send, and no sound one would: bytes changed at random, the tag made right
 * again. What admission lets through must never trap the kernel, never be taken in part, and never touch what is not its.
 */
import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  decodeFrame,
  encodeProfile,
  encodeSnapshot,
  FRAME_BYTES_MAX,
  FRAME_HEADER_BYTES,
  type FrameReading,
  TAG_BYTES,
} from "../engine/contract/frame.ts";
import { admit, type GatewayState } from "../engine/core/admit.ts";
import { InputWriter } from "../engine/core/input.ts";
import { OutputReader } from "../engine/core/outputs.ts";
import { stateDigest } from "../engine/journal/snapshot.ts";
import { chargesIn, type Row, rowsIn } from "../engine/prove/kernel-reader.ts";
import { KernelSide } from "../engine/prove/kernel-side.ts";
import { Random } from "../engine/prove/random.ts";
import { blocksOf, listOf, World } from "../engine/prove/testing/world.ts";
import {
  CODE_APPLIED,
  CODE_FOREIGN_SLOT,
  CODE_MALFORMED,
  COLD_BASE,
  COLD_BYTES,
  DUE_BASE,
  GATEWAY_BYTES,
  GATEWAY_EPOCH,
  GATEWAY_FOREIGN,
  GATEWAY_ROSTER,
  GATEWAYS_BASE,
  HOT_BASE,
  HOT_BYTES,
  INPUT_BASE,
  POLICIES_BASE,
  RUN_COMPLETE,
  TABLES_BASE,
} from "./assembly/layout.ts";
import { instantiate, loadKernel } from "./kernel.ts";

const KEY = new Uint8Array(32);
const GATEWAY = 1;
/** Slots 0 … 3 are this gateway's, 5 is another's, 4 and those behind are nobody's. */
const OWN = [0, 1, 2, 3];
const FOREIGN = 5;
const SLOTS = 6;
const LIST = listOf({
  cycle: { every: "day" },
  schedule: [{ at: { "00:00": "p0", "06:00": "p1", "18:00": "p0" } }],
  rates: { p0: blocksOf([0, "0.2"], [1_000, "0.3"]), p1: blocksOf([0, "0.1"]) },
  charges: [{ name: "standing", every: "day", amount: "0.5" }],
});
/** Two weeks of table, so that a random time seldom lies in it, and often enough. */
const START_S = 1_704_067_200;
const SPAN = { effectiveFromS: START_S, coversToS: START_S + 14 * 86_400 };

/** What of a gateway's entry moves with each frame: how far it has come, and which frames were not applied. */
const PROGRESS = [
  [GATEWAY_EPOCH, GATEWAY_ROSTER],
  [GATEWAY_FOREIGN, GATEWAY_BYTES],
] as const;

/** A shard with a way in for bytes as they are. */
class Shard {
  readonly #side = new KernelSide();
  readonly memory = this.#side.memory;
  readonly #view = this.#side.view;
  readonly #kernel = instantiate(loadKernel(), this.memory);
  readonly #writer = new InputWriter(this.memory, 120);
  readonly #outputs = new OutputReader(this.memory);
  readonly #gateways: ReadonlyMap<number, GatewayState>;
  readonly gateway: GatewayState;
  nowS = START_S;

  constructor() {
    const world = World.of(LIST, this.#side, SPAN);
    for (const slot of OWN.slice(1))
      world.open(slot, {
        recorded: slot === 3,
        max_rate_atoms_per_hour: slot === 2 ? "20000" : "0",
        modulus_atoms: slot === 2 ? "1000000" : "0",
      });
    world.open(FOREIGN, { gateway: 2 });
    const first = { index: 0, gateway: GATEWAY, key: KEY, epoch: 0, sequence: 0, rosterVersion: 1 };
    this.gateway = first;
    this.#gateways = new Map([[GATEWAY, first]]);
  }

  /** Offers a frame as the engine would: its code and rows, or undefined where admission turned it away. */
  offer(frame: Uint8Array): { code: number; rows: Row[] } | undefined {
    if (admit(frame, 0, this.#gateways).fate !== "taken") return undefined;
    this.#writer.reset();
    this.#writer.frame(frame, 0, this.nowS);
    this.#kernel.begin();
    let rows: Row[] = [];
    for (let status = -1; status !== RUN_COMPLETE; ) {
      status = this.#kernel.run(this.#writer.end);
      rows = rows.concat(rowsIn(this.#view));
      chargesIn(this.#view);
    }
    return { code: this.#outputs.outcome(0).code, rows };
  }

  /** The state without how far the gateway has come. */
  digest(): string {
    const bytes = new Uint8Array(this.memory.buffer);
    const kept = PROGRESS.map(([from, to]) => {
      const place = bytes.subarray(GATEWAYS_BASE + from, GATEWAYS_BASE + to);
      const copy = place.slice();
      place.fill(0);
      return { place, copy };
    });
    const digest = stateDigest(this.memory);
    for (const { place, copy } of kept) place.set(copy);
    return digest;
  }

  /** What no frame may ever touch: other gateways, policies, lists, tables, the account of another, accounts to come. */
  untouchable(): string {
    const bytes = new Uint8Array(this.memory.buffer);
    const hash = createHash("sha256");
    const add = (from: number, to: number): unknown => hash.update(bytes.slice(from, to));
    add(GATEWAYS_BASE + GATEWAY_ROSTER, GATEWAYS_BASE + GATEWAY_FOREIGN);
    add(GATEWAYS_BASE + GATEWAY_BYTES, POLICIES_BASE);
    add(POLICIES_BASE, INPUT_BASE);
    add(TABLES_BASE, TABLES_BASE + 65_536);
    for (const [base, size] of [
      [DUE_BASE, 4],
      [HOT_BASE, HOT_BYTES],
      [COLD_BASE, COLD_BYTES],
    ] as const)
      add(base + (SLOTS - 1) * size, base + (SLOTS + 200) * size);
    return hash.digest("hex");
  }
}

/** A sound frame of the gateway, as the next in its order. */
function soundFrame(random: Random, { gateway, nowS }: Shard): Uint8Array {
  const { epoch, sequence } = gateway;
  const head = {
    shard: 0,
    gateway: GATEWAY,
    epoch: Math.max(epoch, 1),
    sequence: sequence + 1,
    rosterVersion: 1,
  };
  if (random.chance(0.3)) {
    const length = random.int(1, 20);
    const series = OWN.slice(0, random.int(1, 4)).map((slot) => {
      let register = random.spread(1e6);
      return { slot, registers: Array.from({ length }, () => (register += random.spread(5_000))) };
    });
    return encodeProfile({ ...head, baseS: nowS, intervalS: random.spread(5_000), series }, KEY);
  }
  const readings = Array.from({ length: random.int(0, 12) }, (): FrameReading => {
    const atS = nowS + random.pick([0, 0, random.int(-90_000, 90_000)]);
    const quality = random.chance(0.05) ? "estimated" : "actual";
    return { slot: random.pick(OWN), register: random.spread(1e7), atS, quality };
  });
  const reports = Array.from({ length: random.pick([0, 0, 3]) }, () => {
    const [kind, state] = [random.int(0, 255), random.int(0, 255)];
    const number = random.pick([0, 1, random.int(0, 0xffff_ffff)]);
    return { slot: random.pick(OWN), kind, state, atS: nowS, number, value: random.int(-1e9, 1e9) };
  });
  return encodeSnapshot({ ...head, readings, reports }, KEY);
}

/** Offsets of what the header counts and measures. */
const COUNTS = [32, 34, 36];
const LENGTHS = [40, 44, 48, 52];

/** Changes bytes, counts and lengths; mostly so that the whole still adds up. */
function spoil(random: Random, sound: Uint8Array): Uint8Array {
  let frame: Uint8Array = sound.slice();
  for (let i = random.pick([1, 1, 2, 5]); i > 0; i--) frame = spoilOnce(random, frame);
  return frame;
}

function spoilOnce(random: Random, frame: Uint8Array): Uint8Array {
  const view = new DataView(frame.buffer);
  const end = frame.length - TAG_BYTES;
  const kind = random.weigh({
    byte: 40,
    run: 10,
    move: 20,
    count: 20,
    header: 10,
    cut: 5,
    grow: 5,
  });
  switch (kind) {
    case "byte":
      frame[random.int(FRAME_HEADER_BYTES, Math.max(end - 1, FRAME_HEADER_BYTES))] = random.pick([
        0,
        1,
        0x7f,
        0x80,
        0xff,
        random.int(0, 255),
      ]);
      break;
    case "run": {
      const from = random.int(FRAME_HEADER_BYTES, end);
      frame.fill(random.pick([0x80, 0xff, 0]), from, Math.min(end, from + random.int(1, 12)));
      break;
    }
    case "move": {
      // From one column to another: the sum stays.
      const [from, to] = [random.pick(LENGTHS), random.pick(LENGTHS)];
      const bytes = Math.min(view.getUint32(from, true), random.int(1, 8));
      view.setUint32(from, view.getUint32(from, true) - bytes, true);
      view.setUint32(to, view.getUint32(to, true) + bytes, true);
      break;
    }
    case "count":
      view.setUint16(random.pick(COUNTS), random.pick([0, 1, 2, random.int(0, 0xffff)]), true);
      break;
    case "header":
      frame[random.pick([4, 5, 24, 25, 26, 27, 28, 29, 30, 31])] = random.int(0, 255);
      break;
    case "cut":
    case "grow": {
      const column = random.pick(LENGTHS);
      const change = (kind === "cut" ? -1 : 1) * random.int(1, 30);
      const length = view.getUint32(column, true) + change;
      const whole = frame.length + change;
      if (length < 0 || whole < FRAME_HEADER_BYTES + TAG_BYTES || whole > FRAME_BYTES_MAX) break;
      view.setUint32(column, length, true);
      const changed = new Uint8Array(whole);
      changed.set(frame.subarray(0, Math.min(whole, end)));
      return changed;
    }
  }
  return frame;
}

function tagged(frame: Uint8Array): Uint8Array {
  const body = frame.subarray(0, frame.length - TAG_BYTES);
  frame.set(createHmac("sha256", KEY).update(body).digest(), body.length);
  return frame;
}

/** The readings that the frame holds by the other decoder; undefined where it finds none that hold together. */
function decoded(frame: Uint8Array): readonly FrameReading[] | undefined {
  try {
    return decodeFrame(frame).readings;
  } catch {
    return undefined;
  }
}

describe("spoiled frames", { timeout: 60_000 }, () => {
  it.each([1, 2, 3, 4])("are refused whole or taken whole, and never trap (seed %d)", (seed) => {
    const random = new Random(seed);
    const shard = new Shard();
    const untouchable = shard.untouchable();
    const codes = new Map<number, number>();
    for (let round = 0; round < 1_500; round++) {
      shard.nowS += random.spread(20_000);
      const sound = soundFrame(random, shard);
      const frame = random.chance(0.1) ? sound : tagged(spoil(random, sound));
      const isWatched = random.chance(0.3);
      const before = isWatched ? shard.digest() : "";
      const taken = shard.offer(frame);
      const code = taken?.code ?? -1;
      codes.set(code, (codes.get(code) ?? 0) + 1);
      expect([-1, CODE_APPLIED, CODE_MALFORMED, CODE_FOREIGN_SLOT]).toContain(code);
      if (isWatched && code !== CODE_APPLIED) expect(shard.digest()).toBe(before);
      if (code === CODE_APPLIED) checkRows(taken?.rows ?? [], decoded(frame));
    }
    expect(shard.untouchable()).toBe(untouchable);
    for (const code of [CODE_APPLIED, CODE_MALFORMED, CODE_FOREIGN_SLOT])
      expect(codes.get(code) ?? 0, `code ${code}`).toBeGreaterThan(20);
  });

  it("frames of nothing but noise behind a sound header are refused or taken whole", () => {
    const random = new Random(9);
    const shard = new Shard();
    const untouchable = shard.untouchable();
    for (let round = 0; round < 1_000; round++) {
      const frame = soundFrame(random, shard);
      for (let at = FRAME_HEADER_BYTES; at < frame.length; at++) frame[at] = random.int(0, 255);
      const taken = shard.offer(tagged(frame));
      expect([undefined, CODE_APPLIED, CODE_MALFORMED, CODE_FOREIGN_SLOT]).toContain(taken?.code);
    }
    expect(shard.untouchable()).toBe(untouchable);
  });
});

/** Each reading of the frame ended in one row that is the last of it, in the frame's order. */
function checkRows(rows: readonly Row[], readings: readonly FrameReading[] | undefined): void {
  if (readings === undefined) return;
  const ends = rows.filter(({ isLast }) => isLast).map(({ slot, register }) => [slot, register]);
  expect(ends).toEqual(readings.map(({ slot, register }) => [slot, BigInt(register)]));
}
