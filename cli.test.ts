import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

/** The command line as people run it: what it prints, on which stream, and its exit code. */

const CLI = join(import.meta.dirname, "dist", "cli.js");
const folder = mkdtempSync(join(tmpdir(), "drawdown-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GOOD_LIST = {
  name: "Flat",
  service: "electricity",
  unit: "kWh",
  currency: "EUR",
  timezone: "Europe/Madrid",
  cycle: { every: "month" },
  rates: {
    all: [
      { from: "0", price: "0.20" },
      { from: "2", price: "0.30" },
    ],
  },
  charges: [{ name: "standing", every: "day", amount: "0.50" }],
};

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

function drawdown(...argv: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...argv], {
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

const READINGS = `meter_id,read_at,register
A,2026-01-01T10:00:00,100
A,2026-01-01T11:00:00,101.5
A,2026-01-01T11:00:00,101.5
A,2026-01-01T12:00:00,101
A,2026-01-02T12:00:00,103
B,2026-01-01T10:00:00Z,7
`;

test("rate prints exact decimals: 3 kWh over two blocks, one standing charge", () => {
  const result = drawdown(
    "rate",
    "--price-list",
    file("list.json", GOOD_LIST),
    "--readings",
    file("r.csv", READINGS),
    "--json",
  );
  expect(result.err).toBe("");
  expect(result.code).toBe(0);
  const { meters, totals } = JSON.parse(result.out);
  expect(meters[0]).toEqual({
    meter_id: "A",
    accepted: 3,
    duplicate: 1,
    conflict: 0,
    late: 0,
    backwards: 1,
    implausible: 0,
    clock: 0,
    untariffed: 0,
    estimated: 0,
    rollovers: 0,
    quantity: "3",
    consumption_cost: "0.700000",
    charges_cost: "0.500000",
    total_cost: "1.200000",
    lines: [
      { period: "all", block: 0, quantity: "2", cost: "0.400000" },
      { period: "all", block: 1, quantity: "1", cost: "0.300000" },
    ],
  });
  expect(totals).toMatchObject({ accepted: 4, quantity: "3", total_cost: "1.200000" });
});

test("a price list with five faults reports all five with JSON pointers", () => {
  const bad = {
    ...GOOD_LIST,
    timezone: "Europe/Madird",
    currency: "euro",
    rates: {
      all: [
        { from: "1", price: "0.20" },
        { from: "1", price: "cheap" },
      ],
    },
    charges: [{ name: "standing", every: "fortnight", amount: "0.50" }],
  };
  const { code, out, err } = drawdown(
    "rate",
    "--price-list",
    file("bad.json", bad),
    "--readings",
    file("r.csv", READINGS),
  );
  expect(code).toBe(1);
  expect(out).toBe("");
  for (const pointer of [
    "/timezone",
    "/currency",
    "/rates/all/0/from",
    "/rates/all/1/price",
    "/charges/0/every",
  ]) {
    expect(err).toContain(`bad.json: ${pointer} `);
  }
});

test("a list by purchase rates no readings, and says what does", () => {
  const list = { ...GOOD_LIST, accumulation_basis: "purchase" };
  const words = ["--price-list", file("sold.json", list), "--readings", file("r.csv", READINGS)];
  const { code, out, err } = drawdown("rate", ...words);
  expect([code, out]).toEqual([1, ""]);
  expect(err).toMatch(
    /^drawdown rate: \S*sold\.json: \/accumulation_basis is "purchase": .*give a list by consumption, or run the engine and credit accounts\n$/,
  );
});

test("a CSV with broken lines names them and stops, or goes on as told", () => {
  const csv = `${READINGS}B,yesterday,8\nB,2026-01-01T11:00:00Z,-4\nB,2026-01-01T12:00:00Z\nB,2026-01-01T13:00:00Z,7.0001\nB,"2026-01-01T13:00:00Z,8\nB,2026-01-01T14:00:00Z,9\n`;
  const words = [
    "rate",
    "--price-list",
    file("list.json", GOOD_LIST),
    "--readings",
    file("broken.csv", csv),
    "--json",
  ];
  const stopped = drawdown(...words);
  expect([stopped.code, stopped.out]).toEqual([1, ""]);
  for (const line of [8, 9, 10, 11, 12]) expect(stopped.err).toContain(`broken.csv:${line}: `);
  const skipped = drawdown(...words, "--bad-lines", "skip");
  expect(skipped.code).toBe(0);
  expect(skipped.err).toContain("broken.csv:8: ");
  expect(JSON.parse(skipped.out).meters[1]).toMatchObject({
    meter_id: "B",
    accepted: 2,
    quantity: "2",
  });
});

test.each([
  [["rate"], /usage: drawdown rate/],
  [["rate", "--price-list", "x", "--readings", "y", "--speed", "3"], /usage: drawdown rate/],
  [["replay", "--price-list", "x", "--readings", "y", "--speed", "0"], /--speed is max, or/],
  [
    ["replay", "--price-list", "x", "--readings", "y", "--credit", "1e3"],
    /--credit 1e3 is no amount/,
  ],
  [["start", "now"], /takes no arguments/],
  [["fly"], /there is no command "fly"/],
])("wrong use is said in one line, with exit code 2: %j", (argv, message) => {
  const { code, err } = drawdown(...argv);
  expect(code).toBe(2);
  expect(err).toMatch(message);
  expect(err.trim().split("\n")).toHaveLength(1);
});

test("a file that is not there, or is none of ours, is said by its name", () => {
  const list = file("list.json", GOOD_LIST);
  expect(
    drawdown("rate", "--price-list", list, "--readings", join(folder, "no.csv")),
  ).toMatchObject({ code: 1, err: expect.stringContaining("no.csv is not there") });
  expect(drawdown("rate", "--price-list", list, "--readings", list)).toMatchObject({
    code: 1,
    err: expect.stringContaining("its header must be meter_id,read_at,register"),
  });
});

test("a torn M-Bus telegram is refused in one line", () => {
  const { code, err } = drawdown("mbus", "decode", "68 1F 1F 68 08 02 72 78 56");
  expect(code).toBe(1);
  expect(err.trim().split("\n")).toHaveLength(1);
});

test("a setting that is none is named with its bounds, before anything starts", () => {
  const { status, stderr } = spawnSync(process.execPath, [CLI, "start"], {
    encoding: "utf8",
    env: { ...process.env, DRAWDOWN_SHARDS: "0", DRAWDOWN_API_PORT: "http" },
  });
  expect(status).toBe(2);
  expect(stderr).toContain("DRAWDOWN_SHARDS");
  expect(stderr).toContain("DRAWDOWN_API_PORT");
});

test("help lists every command", () => {
  const text = execFileSync(process.execPath, [CLI, "--help"], { encoding: "utf8" });
  for (const name of [
    "start",
    "engine",
    "gateway",
    "api",
    "store-writer",
    "rate",
    "replay",
    "prove",
    "mbus",
    "modbus",
    "devices",
    "config",
    "doctor",
  ]) {
    expect(text).toMatch(new RegExp(`^  ${name} `, "m"));
  }
});
