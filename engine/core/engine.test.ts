import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DurableAck } from "../contract/acks.ts";
import type { EngineCommand, EngineCommandReply } from "../contract/commands.ts";
import type { CloudEvent } from "../contract/events.ts";
import {
  encodeSnapshot,
  type FrameReading,
  type FrameReport,
  REPORT,
  SUPPLY_REPORT,
} from "../contract/frame.ts";
import { nodeDisk } from "../contract/node-disk.ts";
import { Engine } from "./engine.ts";
import type { OutMessage } from "./outbox.ts";
import type { Pump } from "./pump.ts";

const KEY = Buffer.alloc(32, 7);
const ACCOUNT = "0d9f5a0e-6c0b-4d8e-9b7a-2f6a1c3d4e5f";
const DAY = 86_400;
const START = 1_767_225_600; // 2026-01-01T00:00:00Z
const PRICE_LIST = JSON.stringify({
  name: "Flat",
  service: "electricity",
  unit: "kWh",
  currency: "EUR",
  timezone: "UTC",
  rates: { all: [{ from: "0", price: "0.20" }] },
});

let folder: string;
let world: World;
const all: string[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "drawdown-engine-"));
  all.push(folder);
  world = await World.open(folder);
});
afterEach(() => world.close());
afterAll(() => {
  for (const each of all) rmSync(each, { recursive: true, force: true });
});

/** An engine over a folder, with a clock that stands where it is put and a network that takes notes. */
class World {
  nowS = START;
  readonly acks: DurableAck[] = [];
  readonly messages: OutMessage[] = [];
  readonly warnings: string[] = [];
  isTaking = true;
  failure: unknown;
  engine!: Engine;
  #sequence = 0;

  static async open(folder: string, shards = 2): Promise<World> {
    const made = new World();
    made.engine = await Engine.open({
      disk: nodeDisk,
      folder,
      shards,
      owned: Array.from({ length: shards }, (_, i) => i),
      workers: 1,
      clock: { nowS: () => made.nowS, speed: 1 },
      maxSkewS: 120,
      segmentBytesMax: 1_000,
      publish: async (message) => {
        if (!made.isTaking) throw new Error("not now");
        made.messages.push(message);
      },
      acknowledge: (_, ack) => made.acks.push(ack),
      warn: (message) => made.warnings.push(message),
      fail: (error) => {
        made.failure = error;
      },
    });
    return made;
  }

  pump(shard = 0): Pump {
    const pump = this.engine.pumps.get(shard);
    if (pump === undefined) throw new Error(`no shard ${shard}`);
    return pump;
  }

  command(command: EngineCommand): Promise<EngineCommandReply> {
    return new Promise((done) => this.pump().offerCommand(command, done));
  }

  async setUp(): Promise<void> {
    const replies = [
      await this.command({
        op: "set_price_list",
        number: 1,
        index: 0,
        version: 9,
        effective_from_s: START,
        covers_from_s: START,
        covers_to_s: START + 400 * DAY,
        text: PRICE_LIST,
      }),
      await this.command({
        op: "set_policy",
        number: 2,
        index: 0,
        low_credit_micros: ["5000000", "2000000"],
        hysteresis_micros: "500000",
        disablement_threshold_micros: "0",
        clearance_micros: "0",
        max_balance_micros: "100000000",
        automatic_cut: true,
        stale_after_s: 0,
      }),
      await this.command({
        op: "set_gateway",
        number: 3,
        gateway: 5,
        key: KEY.toString("hex"),
        roster_version: 1,
      }),
      await this.command({
        op: "open_account",
        number: 1,
        slot: 0,
        account_id: ACCOUNT,
        gateway: 5,
        price_list: 0,
        policy: 0,
        recorded: false,
        modulus_atoms: "0",
        max_rate_atoms_per_hour: "0",
        step_atoms: "1",
      }),
      await this.command({ op: "credit", number: 2, slot: 0, amount_micros: "6000000" }),
    ];
    expect(replies.map(({ status }) => status)).toEqual(Array(5).fill("applied"));
  }

  /** Sends a frame and waits until it is settled. */
  frame(readings: [number, number][], options: Partial<FrameOptions> = {}): Promise<void> {
    const {
      sequence = ++this.#sequence,
      key = KEY,
      gateway = 5,
      slot = 0,
      reports = [],
      rosterVersion = 1,
      epoch = 1,
    } = options;
    const rows: FrameReading[] = readings.map(([atS, register]) => ({
      slot,
      register,
      atS,
      quality: "actual",
    }));
    const bytes = encodeSnapshot(
      { shard: 0, gateway, epoch, sequence, rosterVersion, readings: rows, reports },
      key,
    );
    return this.raw(bytes);
  }

  raw(bytes: Uint8Array): Promise<void> {
    return new Promise((done) => expect(this.pump().offerFrame(bytes, done)).toBe(true));
  }

  async balance(): Promise<string | undefined> {
    const { accounts } = await this.pump().query([0]);
    return accounts[0]?.balance_micros;
  }

  async events(): Promise<CloudEvent[]> {
    await this.engine.outbox.published(this.engine.journal.durable);
    const events = this.messages.filter(({ subject }) => subject.startsWith("event."));
    return events.map(({ payload }) => JSON.parse(Buffer.from(payload).toString()) as CloudEvent);
  }

  async close(): Promise<void> {
    await this.engine.close().catch(() => {});
  }
}

type FrameOptions = {
  sequence: number;
  key: Uint8Array;
  gateway: number;
  slot: number;
  reports: FrameReport[];
  rosterVersion: number;
  epoch: number;
};

/** Leaves the folder as a kill would: a copy taken while the engine runs. */
async function crash(): Promise<World> {
  const copy = mkdtempSync(join(tmpdir(), "drawdown-engine-"));
  all.push(copy);
  cpSync(folder, copy, { recursive: true });
  await world.close();
  folder = copy;
  world = await World.open(copy);
  return world;
}

describe("one account's way", () => {
  test("readings draw the balance down; it is warned, cut, paid and restored", async () => {
    await world.setUp();
    world.nowS = START + 3_600;
    await world.frame([[START + 10, 1_000]]);
    expect(await world.balance()).toBe("6000000");
    await world.frame([[START + 900, 11_000]]); // 10 kWh at 0.20
    expect(await world.balance()).toBe("4000000");
    await world.frame([[START + 1_800, 31_000]]);
    expect(await world.balance()).toBe("0");
    expect(
      await world.command({ op: "credit", number: 3, slot: 0, amount_micros: "10000000" }),
    ).toMatchObject({
      status: "applied",
      balance_micros: "10000000",
    });
    const types = (await world.events()).map(({ type, data }) => [
      type,
      data.level ?? data.supply_number ?? data.command_number,
    ]);
    expect(types).toEqual([
      ["account.opened", 1],
      ["vend.applied", 2],
      ["credit.low", 1],
      ["credit.low", 2],
      ["supply.cut_requested", 1],
      ["vend.applied", 3],
      ["credit.recovered", 2],
      ["credit.recovered", 1],
      ["supply.restore_requested", 2],
    ]);
    const commands = world.messages
      .filter(({ subject }) => subject === "cmd.5")
      .map(({ payload }) => JSON.parse(Buffer.from(payload).toString()));
    expect(commands).toMatchObject([
      { slot: 0, number: 1, action: "cut" },
      { slot: 0, number: 2, action: "restore" },
    ]);
  });

  test("an account that never was paid is cut at its opening reading, and only then", async () => {
    await world.setUp();
    await world.command({ op: "adjust", number: 3, slot: 0, amount_micros: "-6000000" });
    expect((await world.events()).some(({ type }) => type === "supply.cut_requested")).toBe(false);
    await world.frame([[START, 5]]);
    expect((await world.events()).some(({ type }) => type === "supply.cut_requested")).toBe(true);
  });

  test("only the meter's report changes the supply state", async () => {
    await world.setUp();
    const state = async () => (await world.pump().query([0])).accounts[0];
    await world.command({ op: "cut", number: 3, slot: 0 });
    expect(await state()).toMatchObject({
      supply_state: "unknown",
      supply_wanted: "disconnected",
      supply_number: 1,
    });
    const report = {
      slot: 0,
      kind: REPORT.supply,
      state: SUPPLY_REPORT.disconnected,
      atS: START,
      number: 1,
      value: 0,
    };
    await world.frame([], { reports: [report] });
    expect(await state()).toMatchObject({ supply_state: "disconnected" });
    await world.frame([], { reports: [{ ...report, state: SUPPLY_REPORT.connected, number: 0 }] });
    const types = (await world.events()).map(({ type }) => type).slice(-2);
    expect(types).toEqual(["supply.executed", "supply.disagreed"]);
  });
});

describe("what comes twice, in gaps, or from strangers", () => {
  test("a repeated command answers the same and changes nothing; a gap is told what to send", async () => {
    await world.setUp();
    const credit: EngineCommand = { op: "credit", number: 3, slot: 0, amount_micros: "1000000" };
    const first = await world.command(credit);
    expect(await world.command(credit)).toMatchObject({
      status: "applied",
      balance_micros: (first as { balance_micros: string }).balance_micros,
    });
    expect(await world.command({ ...credit, number: 7 })).toEqual({ status: "gap", expected: 4 });
    expect(await world.command({ ...credit, number: 1 })).toEqual({ status: "stale", expected: 4 });
    expect(await world.balance()).toBe("7000000");
  });

  test("a credit over the policy's highest balance is refused whole, and its number is used", async () => {
    await world.setUp();
    expect(
      await world.command({ op: "credit", number: 3, slot: 0, amount_micros: "94000001" }),
    ).toEqual({
      status: "refused",
      number: 3,
      code: "balance_limit_exceeded",
      balance_micros: "6000000",
    });
    expect(
      await world.command({ op: "credit", number: 4, slot: 0, amount_micros: "94000000" }),
    ).toMatchObject({ status: "applied" });
  });

  test("an unknown account and an invalid price list are clear refusals", async () => {
    await world.setUp();
    expect(
      await world.command({ op: "credit", number: 1, slot: 77, amount_micros: "1" }),
    ).toMatchObject({ status: "refused", code: "account_unknown" });
    const bad = await world.command({
      op: "set_price_list",
      number: 4,
      index: 1,
      version: 1,
      effective_from_s: 0,
      covers_from_s: 0,
      covers_to_s: 10,
      text: "{}",
    });
    expect(bad.status).toBe("invalid");
  });

  test("a repeated frame is acknowledged and not applied; a gap is refused with what is on disk", async () => {
    await world.setUp();
    await world.frame([[START, 0]]);
    await world.frame([[START + 60, 1_000]]);
    const before = await world.balance();
    await world.frame([[START + 60, 1_000]], { sequence: 2 });
    await world.frame([[START + 120, 9_000]], { sequence: 5 });
    expect(await world.balance()).toBe(before);
    const done = { shard: 0, epoch: 1, sequence: 2 };
    const refused = { sequence: 5, code: "sequence_gap" };
    expect(world.acks.slice(-3)).toEqual([done, { ...done, refused }, done]);
  });

  test.each([
    ["a wrong tag", { key: Buffer.alloc(32, 8) }, undefined],
    ["an unknown gateway", { gateway: 6 }, undefined],
    ["an old roster", { rosterVersion: 0 }, "old_roster"],
    ["an old epoch", { epoch: 0 }, "old_epoch"],
    ["a slot of nobody", { slot: 9 }, "foreign_slot"],
  ])("a frame with %s is refused and changes no account", async (_, options, code) => {
    await world.setUp();
    await world.frame([[START, 0]]);
    const acks = world.acks.length;
    await world.frame([[START + 60, 50_000]], { sequence: 2, ...options });
    expect(await world.balance()).toBe("6000000");
    expect(world.acks.slice(acks).map(({ refused }) => refused?.code)).toEqual(
      code === undefined ? [] : [code, undefined],
    );
    expect(world.pump().figures.refusedFrames).toBe(1);
    await world.frame([[START + 60, 5_000]], { sequence: code === "foreign_slot" ? 3 : 2 });
    expect(await world.balance()).toBe("5000000");
  });

  test("frames that were not applied are named in every later acknowledgement, all those of a batch too", async () => {
    await world.setUp();
    await Promise.all(
      [1, 2, 3].map((k) => world.frame([[START + k, k]], { slot: 9, sequence: k })),
    );
    await world.frame([[START + 60, 5_000]], { sequence: 4 });
    const unapplied = [1, 2, 3].map((sequence) => ({ sequence, code: "foreign_slot" }));
    expect(world.acks.at(-1)).toEqual({ shard: 0, epoch: 1, sequence: 4, unapplied });
    await crash();
    world.acks.length = 0;
    world.pump().acknowledgeAll();
    expect(world.acks).toEqual([{ shard: 0, epoch: 1, sequence: 4, unapplied }]);
  });

  test("garbage is settled and counted, and the next frame is taken", async () => {
    await world.setUp();
    for (const bytes of [Buffer.alloc(0), Buffer.from("hello"), Buffer.alloc(500, 255)])
      await world.raw(bytes);
    await world.frame([[START, 0]]);
    expect(world.pump().figures.refusedFrames).toBe(3);
    expect(world.failure).toBeUndefined();
  });
});

describe("after a crash", () => {
  test("everything that was answered is there, from the journal alone", async () => {
    await world.setUp();
    await world.frame([[START, 0]]);
    await world.frame([[START + 60, 5_000]]);
    await crash();
    expect(await world.balance()).toBe("5000000");
    expect(
      await world.command({ op: "credit", number: 2, slot: 0, amount_micros: "6000000" }),
    ).toMatchObject({ status: "applied", balance_micros: "6000000" });
    world.acks.length = 0;
    world.pump().acknowledgeAll();
    expect(world.acks).toEqual([{ shard: 0, epoch: 1, sequence: 2 }]);
  });

  test("what is admitted and not yet on disk is told to nobody", async () => {
    await world.setUp();
    await world.frame([[START, 0]]);
    const second = world.frame([[START + 60, 5_000]]);
    // The batch begins without waiting; its sync takes longer.
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    world.acks.length = 0;
    world.pump().acknowledgeAll();
    expect(world.acks).toEqual([]);
    await second;
    await world.pump().idle();
    expect(world.acks.at(-1)).toEqual({ shard: 0, epoch: 1, sequence: 2 });
  });

  test("from a snapshot and the journal behind it, with old segments gone", async () => {
    await world.setUp();
    world.nowS = START + 3_600;
    await world.frame([[START, 0]]);
    for (let i = 1; i <= 20; i++) {
      await world.frame([[START + 60 * i, 100 * i]]);
      if (i % 5 === 0) await world.engine.snapshot();
    }
    expect(world.engine.journal.first).toBeGreaterThan(1);
    await world.frame([[START + 2_000, 5_000]]);
    await crash();
    expect(await world.balance()).toBe("5000000");
    expect((await world.pump().query([0])).accounts[0]?.last_reading).toEqual({
      at_s: START + 2_000,
      register_atoms: "5000",
    });
    expect(world.warnings).toEqual([]);
  });

  test("a damaged snapshot falls back to the one before", async () => {
    await world.setUp();
    await world.engine.snapshot();
    await world.frame([[START, 0]]);
    await world.frame([[START + 60, 5_000]]);
    await world.engine.snapshot();
    await world.close();
    const snapshots = join(folder, "snapshots");
    const newest =
      readdirSync(snapshots)
        .filter((name) => name.startsWith("0000-"))
        .sort()
        .at(-1) ?? "";
    const bytes = readFileSync(join(snapshots, newest));
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(join(snapshots, newest), bytes);
    world = await World.open(folder);
    expect(await world.balance()).toBe("5000000");
    expect(world.warnings[0]).toMatch(/its digest is wrong/);
  });

  test("outputs that were not published come again with the same ids, published ones do not", async () => {
    await world.setUp();
    await world.frame([[START, 0]]);
    await world.engine.outbox.published(world.engine.journal.durable);
    await world.engine.notePublished();
    const before = world.messages.length;
    world.isTaking = false;
    await world.frame([[START + 60, 5_000]]);
    const expected = world.engine.journal.durable;
    await crash();
    await world.engine.outbox.published(world.engine.journal.durable);
    expect(before).toBeGreaterThan(0);
    expect(world.messages.map(({ id }) => id)).toEqual([
      `0-${expected}-readings-0`,
      `0-${expected}-0`,
    ]);
  });

  test("a journal that is gone is not passed over in silence", async () => {
    await world.setUp();
    await world.engine.snapshot();
    await world.close();
    rmSync(join(folder, "journal"), { recursive: true });
    await expect(World.open(folder)).rejects.toThrow(
      /the journal ends with 0, before the snapshot of shard/,
    );
    world = await World.open(mkdtempSync(join(tmpdir(), "drawdown-engine-")));
  });

  test("another number of shards is refused with the number that it has", async () => {
    await expect(World.open(folder, 3)).rejects.toThrow(
      /has 2 shards, the setting says 3: set DRAWDOWN_SHARDS=2/,
    );
  });
});
