import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { parseStory, type Story } from "./story.ts";
import { openStage, type Played, type Stage } from "./testing/stage.ts";

const FOLDER = new URL("./stories/", import.meta.url);
const WAIT = { timeout: 30_000, interval: 100 };
let stage: Stage;
let played: Played;
beforeAll(async () => {
  stage = await openStage();
}, 60_000);
afterAll(() => stage.stop());
afterEach(() => played.close());

const told = (name: string): Story =>
  parseStory(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"), name);
const stateOf = (name: string) => stage.state(played.who.get(name)?.accountId ?? "");
const register = async (name: string): Promise<bigint> =>
  BigInt((await stateOf(name)).last_reading?.register_atoms ?? "-1");

async function order(name: string, action: "cut" | "restore"): Promise<string> {
  const account_id = played.who.get(name)?.accountId ?? "";
  const answer = await stage.call("/v1/supply-commands", {
    method: "POST",
    body: { account_id, action, reason: "A story.", ...(action === "cut" && { override: true }) },
    headers: { "Idempotency-Key": randomUUID() },
  });
  expect(answer.status).toBe(202);
  return answer.headers.get("Location") ?? "";
}
async function commandAt(location: string): Promise<Record<string, unknown>> {
  return (await (await stage.call(location)).json()) as Record<string, unknown>;
}

test("every story in the folder is one, under its own name", () => {
  played = { close: async () => undefined } as Played;
  const names = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ""));
  expect(names.map((name) => told(name).name)).toEqual(names);
});

test("rollover: what passed over the end of the register is billed, and told as a rollover", async () => {
  played = await stage.play(told("rollover"));
  await vi.waitFor(() => expect(played.events("flat", "reading.rollover").length).toBe(1), WAIT);
  const { balance_micros } = await stateOf("flat");
  const spent = 1_000_000_000n - BigInt(balance_micros);
  // Ten kilowatt-hours to the end and a few beyond cost euros; a register taken at its word would cost thousands or nothing.
  expect(spent > 500_000n && spent < 50_000_000n).toBe(true);
  expect(played.events("flat", "reading.quarantined")).toEqual([]);
}, 60_000);

test("reverse flow: an alarm and a quarantine, no credit; when the register has caught up, only what is new is billed", async () => {
  played = await stage.play(told("reverse-flow"));
  await vi.waitFor(() => expect(played.events("flat", "meter.tampered").length).toBe(1), WAIT);
  await vi.waitFor(() => expect(played.events("flat", "reading.quarantined").length).toBe(1), WAIT);
  expect(played.events("flat", "reading.quarantined")[0]?.data.verdict).toBe("backwards");
  const backwards = await stateOf("flat");
  await vi.waitFor(
    () => expect(played.gateways.metrics().alarms.join()).toContain("runs backwards"),
    WAIT,
  );
  await vi.waitFor(async () => {
    const { last_reading } = await stateOf("flat");
    expect(BigInt(last_reading?.register_atoms ?? 0)).toBeGreaterThan(
      BigInt(backwards.last_reading?.register_atoms ?? 0),
    );
  }, WAIT);
  const balances = played
    .events("flat")
    .slice(1)
    .map(({ data }) => BigInt(data.balance_micros));
  expect(balances).toEqual(balances.toSorted((a, b) => (a < b ? 1 : a > b ? -1 : 0)));
}, 60_000);

test("clock drift: reported once with its seconds, and over when the clock is right", async () => {
  played = await stage.play(told("clock-drift"));
  await vi.waitFor(() => expect(played.events("flat", "meter.clock_drift").length).toBe(1), WAIT);
  const drift = played.events("flat", "meter.clock_drift")[0]?.data.drift_s ?? 0;
  expect(Math.abs(drift)).toBeGreaterThan(10);
  await vi.waitFor(() => expect(played.gateways.metrics().drifted_meters).toBe(0), WAIT);
  expect(played.events("flat", "reading.quarantined")).toEqual([]);
}, 60_000);

test("exchange: nothing of a stranger is billed; once entered, both registers count", async () => {
  played = await stage.play(told("exchange"));
  await vi.waitFor(
    () => expect(played.gateways.metrics().faults.wrong_identity ?? 0).toBeGreaterThan(0),
    WAIT,
  );
  const old = await register("flat");
  expect(old).toBeGreaterThanOrEqual(8_000_000n);
  const { accountId = "", meterId = "" } = played.who.get("flat") ?? {};
  const [meter] = played.running.meters;
  const exchanged = await stage.call(`/v1/meters/${meterId}:exchange`, {
    method: "POST",
    body: {
      serial: "70000002",
      driver: meter?.driver,
      device: meter?.device,
      link: meter?.link,
      address: meter?.address,
      opening_register: "0.12",
      reason: "The old one was broken.",
    },
    headers: { "Idempotency-Key": randomUUID() },
  });
  expect(exchanged.status).toBeLessThan(300);
  const before = BigInt((await stage.state(accountId)).balance_micros);
  await vi.waitFor(async () => {
    const now = await register("flat");
    expect(now > 120n && now < 8_000_000n).toBe(true);
  }, WAIT);
  const spent = before - BigInt((await stage.state(accountId)).balance_micros);
  expect(spent > 0n && spent < 50_000_000n).toBe(true);
  expect(played.events("flat", "meter.exchanged").length).toBe(1);
}, 60_000);

test("a relay that lies ends as failed with an alarm and never as executed; an honest one is executed; a hand at the valve is noticed", async () => {
  played = await stage.play(told("relay-lying"));
  await vi.waitFor(async () => {
    expect((await stateOf("liar")).supply_state).toBe("connected");
    expect((await stateOf("honest")).supply_state).toBe("connected");
    expect((await stateOf("panel-liar")).supply_state).toBe("connected");
  }, WAIT);
  const [lying, honest] = [await order("liar", "cut"), await order("honest", "cut")];
  const panel = await order("panel-liar", "cut");
  await vi.waitFor(async () => expect((await commandAt(honest))["state"]).toBe("executed"), WAIT);
  await vi.waitFor(() => expect(played.events("valve", "supply.disagreed").length).toBe(1), WAIT);
  await vi.waitFor(async () => expect((await commandAt(lying))["state"]).toBe("failed"), {
    timeout: 60_000,
    interval: 200,
  });
  await vi.waitFor(async () => expect((await commandAt(panel))["state"]).toBe("failed"), {
    timeout: 60_000,
    interval: 200,
  });
  // The gateway's own words, and not the fixed text.
  const toldWhy = {
    fault: expect.stringMatching(/the supply did not change|still shows|read back/),
  };
  await vi.waitFor(async () => expect(await commandAt(lying)).toMatchObject(toldWhy), WAIT);
  await vi.waitFor(async () => expect(await commandAt(panel)).toMatchObject(toldWhy), WAIT);
  expect(await commandAt(honest)).toMatchObject({ fault: null });
  expect(played.events("panel-liar", "supply.executed")).toEqual([]);
  expect(played.running.real.get("panel-liar")?.relayClosed()).toBe(true);
  expect(played.events("liar", "supply.failed").length).toBe(1);
  expect(played.events("liar", "supply.executed")).toEqual([]);
  expect((await stateOf("liar")).supply_state).toBe("connected");
  expect(played.running.real.get("liar")?.relayClosed()).toBe(true);
  await vi.waitFor(
    () => expect(played.gateways.metrics().alarms.join()).toMatch(/cut 1 of meter \d+ failed/),
    WAIT,
  );
}, 120_000);

test("bad wires: only the meters that are well are read, nobody gets another's value", async () => {
  played = await stage.play(told("bad-wires"));
  const well = ["well", "water-well", "panel-well"];
  await vi.waitFor(async () => {
    for (const name of well) expect(await register(name)).toBeGreaterThan(0n);
  }, WAIT);
  const answered = (): number => played.gateways.metrics().polls;
  const before = answered();
  await vi.waitFor(() => expect(answered()).toBeGreaterThan(before + 4), WAIT);
  for (const name of played.who.keys()) {
    const start = BigInt(
      played.running.meters.find((each) => each.name === name)?.plan.start_atoms ?? "0",
    );
    const now = await register(name);
    expect(now === -1n || (now >= start && now < start + 1_000_000n)).toBe(true);
    if (/silent|reset|late|garbage|stranger/.test(name)) expect(now).toBe(-1n);
  }
}, 60_000);
