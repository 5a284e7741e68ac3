import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { encodeSnapshot } from "../contract/frame.ts";
import { compare, differs } from "./compare.ts";
import { Ledger } from "./ledger.ts";
import { NoteWriter } from "./load/notes.ts";
import { PLAIN_LISTS } from "./price.ts";
import type { LoadAccount } from "./register.ts";

let folder: string;
let writer: NoteWriter;
let ledger: Ledger;

const list = PLAIN_LISTS[0] ?? { name: "", text: "", steps: [] };
const account: LoadAccount = {
  accountId: "a",
  shard: 1,
  slot: 3,
  gateway: 5,
  list,
  openingMicros: 1_000_000n,
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drawdown-ledger-"));
  writer = new NoteWriter(join(folder, "5-1.notes"));
  ledger = new Ledger(folder, [account]);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function frame(epoch: number, sequence: number, ...readings: [atS: number, register: number][]) {
  const head = { shard: 1, gateway: 5, epoch, sequence, rosterVersion: 1, reports: [] };
  const rows = readings.map(([atS, register]) => ({
    slot: 3,
    atS,
    register,
    quality: "actual" as const,
  }));
  writer.frame(encodeSnapshot({ ...head, readings: rows }, Buffer.alloc(32, 1)));
}

/** What an installation that lost nothing would hold of two readings, 0 and 1 000 Wh. */
function whole() {
  const sums = { readings: 2, quantity: 1_000n, cost: 153_700n };
  return {
    engine: new Map([["1/3", { slot: 3, balance_micros: "846300", last_reading: { at_s: 200 } }]]),
    store: new Map([[(1 << 20) + 3, { ...sums, timeSum: 300n, registerSum: 1_000n, daily: sums }]]),
    registry: { vends: new Map(), credits: new Map([["a", 1]]) },
  };
}

test("only what was acknowledged counts, each reading once, under whatever epoch", () => {
  frame(1, 1, [100, 0]);
  frame(1, 2, [200, 1_000]);
  ledger.readNotes();
  expect(ledger.readings).toBe(0);
  writer.ack(1, 1);
  ledger.readNotes();
  expect(ledger.readings).toBe(1);
  frame(2, 1, [100, 0], [200, 1_000]);
  writer.ack(2, 1);
  writer.ack(1, 2);
  ledger.readNotes();
  expect(ledger.readings).toBe(2);
  expect(ledger.balanceOf(account)).toBe(846_300n);
  expect(compare(ledger, whole()).lines).toEqual([]);
});

const PLANTS: [string, (views: ReturnType<typeof whole>) => void, object][] = [
  ["a balance one micro off", (v) => put(v, "balance_micros", "846301"), { balanceMismatches: 1 }],
  ["an account that is gone", (v) => v.engine.clear(), { balanceMismatches: 1, lostReadings: 1 }],
  ["an older last reading", (v) => put(v, "last_reading", { at_s: 100 }), { lostReadings: 1 }],
  ["a row that is gone", (v) => putStore(v, { readings: 1 }), { lostReadings: 1 }],
  ["a row too many", (v) => putStore(v, { readings: 3 }), { storeMismatches: 1 }],
  ["another cost", (v) => putStore(v, { cost: 1n }), { storeMismatches: 1 }],
  ["another register", (v) => putStore(v, { registerSum: 1n }), { storeMismatches: 1 }],
  ["a roll-up behind", (v) => putStore(v, { daily: undefined }), { storeMismatches: 1 }],
  ["a credit too many", (v) => v.registry.credits.set("a", 2), { doubleVends: 1 }],
];

test.each(PLANTS)("finds %s", (_, plant, counts) => {
  frame(1, 1, [100, 0], [200, 1_000]);
  writer.ack(1, 1);
  ledger.readNotes();
  const views = whole();
  plant(views);
  const found = compare(ledger, views);
  expect(differs(found)).toBe(true);
  expect(found).toMatchObject(counts);
});

test("finds a vend that was answered and is not there", () => {
  frame(1, 1, [100, 0], [200, 1_000]);
  writer.ack(1, 1);
  ledger.readNotes();
  ledger.vendAnswered({ vendId: "v", accountId: "a", micros: 5n, receipt: "{}" });
  expect(compare(ledger, whole())).toMatchObject({ lostVends: 1, balanceMismatches: 1 });
});

function put(views: ReturnType<typeof whole>, key: string, value: unknown): void {
  Object.assign(views.engine.get("1/3") ?? {}, { [key]: value });
}
function putStore(views: ReturnType<typeof whole>, values: object): void {
  Object.assign(views.store.get((1 << 20) + 3) ?? {}, values);
}
