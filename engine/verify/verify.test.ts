import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  COLD_BASE,
  COLD_COMMAND_NUMBER,
  HOT_BALANCE,
  HOT_BASE,
  HOT_REGISTER,
  LAYOUT_VERSION,
} from "../../kernel-as/assembly/layout.ts";
import { instantiate, loadKernel } from "../../kernel-as/kernel.ts";
import { nodeDisk } from "../contract/node-disk.ts";
import { SmallEngine, START_S } from "../core/testing/small-engine.ts";
import type { CommandIo } from "../host/command-io.ts";
import { lockData } from "../host/data-lock.ts";
import { ImageRoom } from "../journal/image.ts";
import { readJournal } from "../journal/read-journal.ts";
import { JOURNAL_KIND } from "../journal/record.ts";
import { loadSnapshot, snapshotsOf, writeSnapshot } from "../journal/snapshot.ts";
import { verifyCommand } from "./command.ts";
import { ShardCheck } from "./shard-check.ts";
import { type Verdict, verify } from "./verify.ts";

/** The frame after slot 0 was opened and credited: 3 commands of the shard, 2 for each of 3 accounts, then frames. */
const SPOILED_RUN = 11;

let data: string;
let folder: string;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "drawdown-verify-"));
  folder = join(data, "engine");
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const module = loadKernel();
const check = (): Promise<Verdict> => verify(nodeDisk, folder, module);

/** An engine's data with two shards, 3 snapshots and some batches between and behind. */
async function fill(): Promise<void> {
  const world = await SmallEngine.open(nodeDisk, folder, { segmentBytesMax: 1 << 20 });
  await world.setUp(3);
  await world.setUp(1, 1);
  world.nowS = START_S + 3_600;
  for (let i = 1; i <= 6; i++) {
    const readings = [0, 1, 2].map((slot): [number, number, number] => [
      slot,
      START_S + i * 60,
      i * (500 + slot),
    ]);
    await world.frame(i, readings);
    await world.frame(i, [[0, START_S + i * 60, i * 900]], 1);
    const amount_micros = String(i * 1_000);
    await world.command({ op: "credit", number: 2 + i, slot: 1, amount_micros });
    await world.command({ op: "credit", number: 2 + i, slot: 1, amount_micros });
    await world.published();
    if (i % 2 === 0) await world.engine.snapshot();
  }
  await world.frame(7, [[1, START_S + 3_000, 9_000]]);
  await world.engine.close();
}

/** Rewrites shard 0's newest snapshot with something changed, its digest right. */
async function tamper(change: (view: DataView) => void): Promise<void> {
  const memory = new WebAssembly.Memory({ initial: 20_000, maximum: 20_000, shared: true });
  const snapshots = join(folder, "snapshots");
  const [sequence = 0] = await snapshotsOf(nodeDisk, snapshots, 0);
  await loadSnapshot(nodeDisk, snapshots, { shard: 0, through: sequence }, memory);
  change(new DataView(memory.buffer));
  await writeSnapshot(nodeDisk, snapshots, new ImageRoom().take(memory, 0, sequence), 0);
}

test("sound data: every batch is replayed, every snapshot compared, nothing is changed", async () => {
  await fill();
  const before = readdirSync(folder, { recursive: true });
  const verdict = await check();
  expect(verdict.violations).toEqual([]);
  expect(verdict).toMatchObject({ found: 0, accounts: 4, notes: [] });
  expect(verdict.batches).toBeGreaterThan(30);
  expect(verdict.rows).toBeGreaterThan(20);
  expect(verdict.snapshots).toBeGreaterThanOrEqual(4);
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
});

test("debts, pots, emergency credit, transfers and moves add up, too", async () => {
  const world = await SmallEngine.open(nodeDisk, folder, { segmentBytesMax: 1 << 20 });
  await world.setUp(2);
  world.nowS = START_S + 3_600;
  const emergency = { limit_micros: "3000000", threshold_micros: "1000000", auto_invoke: false };
  const policy = {
    op: "set_policy",
    number: 4,
    index: 0,
    low_credit_micros: [],
    hysteresis_micros: "0",
  };
  const levels = { disablement_threshold_micros: "0", clearance_micros: "0" };
  const rest = { max_balance_micros: "100000000", automatic_cut: false, stale_after_s: 0 };
  const commands: [slot: number, command: Record<string, unknown>][] = [
    [
      0,
      {
        op: "set_debt",
        debt: "payment_debt",
        owed_micros: "2000000",
        share_ppm: 500_000,
        cap_micros: "9000000",
      },
    ],
    [
      0,
      {
        op: "set_debt",
        debt: "time_debt_1",
        owed_micros: "700000",
        rate_micros: "100000",
        every: "day",
      },
    ],
    [0, { op: "credit", amount_micros: "1000000" }],
    [0, { op: "grant_credit", amount_micros: "300000", expires_s: START_S + 7_200 }],
    [0, { op: "grant_credit", amount_micros: "50000", expires_s: START_S + 90_000 }],
    [1, { op: "reserve_credit", amount_micros: "400000" }],
    [1, { op: "release_credit", amount_micros: "100000" }],
    [1, { op: "transfer_credit", to_slot: 0, amount_micros: "200000", reserved: true }],
    [0, { op: "adjust", amount_micros: "-8000000" }],
  ];
  expect(await world.command({ ...policy, ...levels, ...rest, emergency })).toMatchObject({
    status: "applied",
  });
  const numbers = [2, 2];
  const say = async (slot: number, command: Record<string, unknown>): Promise<void> => {
    const number = (numbers[slot] ?? 0) + 1;
    numbers[slot] = number;
    expect(await world.command({ ...command, slot, number }), String(command["op"])).toMatchObject({
      status: "applied",
    });
  };
  for (const [slot, command] of commands) await say(slot, command);
  await world.frame(1, [
    [0, START_S + 60, 0],
    [1, START_S + 60, 0],
  ]);
  await world.frame(2, [
    [0, START_S + 120, 12_000],
    [1, START_S + 120, 500],
  ]);
  await say(0, { op: "activate_emergency_credit" });
  await world.frame(3, [[0, START_S + 180, 22_000]]);
  await say(0, { op: "credit", amount_micros: "5000000" });
  world.nowS = START_S + 2 * 86_400;
  world.engine.tick();
  await world.pump().idle();
  await world.frame(4, [[0, START_S + 2 * 86_400 - 60, 30_000]]);
  await say(1, { op: "change_tenancy" });
  await world.frame(5, [[1, START_S + 2 * 86_400 - 30, 900]]);
  await world.published();
  await world.engine.snapshot();
  await world.engine.close();
  const verdict = await check();
  expect(verdict.violations).toEqual([]);
  expect(verdict.batches).toBeGreaterThan(20);
});

test("quantity adds up beside what is owed for it, and what is converted (R34, R90)", async () => {
  const world = await SmallEngine.open(nodeDisk, folder, { segmentBytesMax: 1 << 20 });
  await world.setUp(1);
  const text = JSON.stringify({
    name: "Sold",
    service: "electricity",
    unit: "kWh",
    currency: "EUR",
    timezone: "UTC",
    accumulation_basis: "purchase",
    rates: { all: [{ from: "0", price: "0.25" }] },
    charges: [{ name: "standing", every: "day", amount: "0.30" }],
  });
  const list = { op: "set_price_list", number: 4, index: 1, version: 1, text };
  const span = { effective_from_s: START_S, covers_from_s: START_S };
  const sold = { ...list, ...span, covers_to_s: START_S + 90 * 86_400 };
  const account = { account_id: "0d9f5a0e-6c0b-4d8e-9b7a-0000000000ff", gateway: 5, policy: 0 };
  const meter = { modulus_atoms: "0", max_rate_atoms_per_hour: "0", step_atoms: "1" };
  const parts = {
    payment_debt: "0",
    accumulated_debt: "300000",
    time_debt_1: "0",
    time_debt_2: "0",
    threshold: "0",
    emergency: "0",
    balance: "2800000",
  };
  let number = 0;
  const say = async (command: Record<string, unknown>): Promise<void> => {
    number += 1;
    expect(await world.command({ slot: 1, number, ...command })).toMatchObject({
      status: "applied",
    });
  };
  await say({ ...sold, slot: undefined });
  number = 0;
  await say({ op: "open_account", ...account, ...meter, price_list: 1, recorded: false });
  await say({ op: "credit", amount_micros: "1000" });
  await world.frame(1, [[1, START_S + 60, 0]]);
  await world.frame(2, [[1, START_S + 120, 1]]);
  await say({ op: "grant_credit", amount_micros: "500000", expires_s: START_S + 90_000 });
  await say({ op: "set_debt", debt: "payment_debt", owed_micros: "100", share_ppm: 500_000 });
  world.nowS = START_S + 86_460;
  world.engine.tick();
  await world.pump().idle();
  await say({ op: "credit", amount_micros: "301000" });
  await world.frame(3, [[1, START_S + 86_400, 2]]);
  await say({ op: "reverse_credit", parts, amount_micros: "300700", confirmed_removed: true });
  await say({
    op: "transfer_credit",
    to_slot: 0,
    amount_micros: "1000000",
    reserved: false,
    convert: true,
  });
  const give = { op: "transfer_credit", slot: 0, number: 3, to_slot: 1, amount_micros: "77" };
  await say({ ...give, reserved: false, convert: true });
  world.nowS = START_S + 90_060;
  world.engine.tick();
  await world.pump().idle();
  await world.published();
  await world.engine.close();
  const verdict = await check();
  expect(verdict.violations).toEqual([]);
  expect(verdict.accounts).toBe(2);
});

test("a snapshot that says other than the journal comes to is found, with the place", async () => {
  await fill();
  await tamper((view) =>
    view.setBigInt64(
      HOT_BASE + HOT_BALANCE,
      view.getBigInt64(HOT_BASE + HOT_BALANCE, true) + 1n,
      true,
    ),
  );
  const { violations } = await check();
  expect(violations).toEqual([
    expect.stringMatching(
      /invariant 4: .*0000-\d{16}\.snap is not what the journal comes to: it differs in byte 8 of the first part of slot 0/,
    ),
  ]);
  expect(await run()).toMatchObject({ code: 1 });
});

test.each([
  [
    "money from nowhere",
    HOT_BASE + HOT_BALANCE,
    /invariant 1: account 0\/0 at record \d+: 7 micros came/,
  ],
  ["quantity that was not charged", HOT_BASE + HOT_REGISTER, /invariant 2: .*: 7 atoms advanced/],
  [
    "a command's number",
    COLD_BASE + COLD_COMMAND_NUMBER,
    /invariant 5: .* remembers command 9, not 2/,
  ],
])("a kernel that is wrong in %s is found by what it says itself", async (_, address, message) => {
  await fill();
  const found: string[] = [];
  const spoiled = new ShardCheck({
    shard: 0,
    start: { sequence: 0, ranges: [] },
    kernelOver: (memory) => {
      const kernel = instantiate(module, memory);
      const view = new DataView(memory.buffer);
      let runs = 0;
      const run = (end: number): number => {
        const status = kernel.run(end);
        if (++runs === SPOILED_RUN)
          view.setUint32(address, view.getUint32(address, true) + 7, true);
        return status;
      };
      return { ...kernel, begin: kernel.begin, format: kernel.format, run };
    },
    report: ({ invariant, what }) => found.push(`invariant ${invariant}: ${what}`),
  });
  const set = { shards: 2, owned: [0, 1] };
  const place = { disk: nodeDisk, folder: join(folder, "journal"), set, layout: LAYOUT_VERSION };
  await readJournal(place, (record) => {
    if (record.shard === 0 && record.kind === JOURNAL_KIND.batch) spoiled.apply(record);
  });
  spoiled.conclude();
  expect(found[0]).toMatch(message);
});

test("damage to the journal and to a snapshot is told with the file", async () => {
  await fill();
  for (const kind of ["journal", "snapshots"]) {
    const name = readdirSync(join(folder, kind))[0] ?? "";
    const bytes = readFileSync(join(folder, kind, name));
    bytes[kind === "journal" ? 4_200 : 90] = (bytes[kind === "journal" ? 4_200 : 90] ?? 0) ^ 8;
    writeFileSync(join(folder, kind, name), bytes);
  }
  const { violations, found } = await check();
  expect(found).toBeGreaterThanOrEqual(2);
  expect(violations.join("\n")).toMatch(/\.log at byte 4096: .*checksum is wrong/);
  expect(violations.join("\n")).toMatch(/\.snap can't be used: its digest is wrong/);
});

test("a journal that ends before a snapshot is told", async () => {
  await fill();
  const snapshots = join(folder, "snapshots");
  const [name = ""] = readdirSync(snapshots);
  writeFileSync(
    join(snapshots, name.replace(/\d{3}\.snap/, "999.snap")),
    readFileSync(join(snapshots, name)),
  );
  const { violations } = await check();
  expect(
    violations.some((line) => /stands for record \d+, the journal ends with \d+/.test(line)),
  ).toBe(true);
});

async function run(): Promise<{ code: number; text: string }> {
  let text = "";
  const stream = {
    write: (part: string) => {
      text += part;
      return true;
    },
  };
  const io: CommandIo = { stdout: stream, stderr: stream, env: {}, cwd: "/" };
  return { code: await verifyCommand(["--data", data], io), text };
}

test("the command says what it looked at, and refuses data in use", async () => {
  await fill();
  expect(await run()).toMatchObject({ code: 0, text: expect.stringMatching(/all holds/) });
  const lock = lockData(data);
  await expect(run()).rejects.toThrow(/is in use by process \d+: stop it, or check a copy/);
  lock.release();
  const engine = lockData(folder);
  await expect(run()).rejects.toThrow(/in use/);
  engine.release();
  rmSync(folder, { recursive: true });
  await expect(run()).rejects.toThrow(/holds no journal: give the data folder with --data/);
});
