/**
 * The server as an independent client sees it (`@bacnet-js/client`, which shares no code with the product), and as one that
 * misbehaves does.
 */
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import type Bacnet from "@bacnet-js/client";
import { afterEach, describe, expect, test } from "vitest";
import { OBJECT, PROPERTY } from "../../engine/contract/bacnet/names.ts";
import type { Book } from "./book.ts";
import { FACTS, objectOf } from "./objects.ts";
import { type BemsServer, startBemsServer } from "./server.ts";
import { accountId, bookOf, offered, see } from "./testing/book.ts";
import type { SupplyWritten, WriteSupply } from "./write-supply.ts";

const DEVICE = 77_000;
const ALL = 4_294_967_295;
// The package is CommonJS, whose default export every loader puts elsewhere.
const peer: typeof Bacnet = createRequire(import.meta.url)("@bacnet-js/client");
type Client = InstanceType<typeof Bacnet.default>;
type Found = { server: BemsServer; client: Client; book: Book; at: { address: string } };
const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function serve(
  count: number,
  clients: readonly string[] = [],
  writeSupply?: WriteSupply,
): Promise<Found> {
  const book = bookOf(count);
  const bems = { device: DEVICE, name: "Drawdown, One", book };
  const server = await startBemsServer({
    ...(writeSupply === undefined ? {} : { writeSupply }),
    host: "127.0.0.1",
    port: 0,
    clients,
    bems,
  });
  ending.push(() => server.close());
  const client = new peer.default({
    port: freePort(),
    interface: "127.0.0.1",
    apduTimeout: 1_000,
  });
  ending.push(() => client.close());
  await new Promise<void>((resolve) => client.on("listening", () => resolve()));
  return { server, client, book, at: { address: `127.0.0.1:${server.port}` } };
}

let port = 48_100 + (process.pid % 1_000);
/** The client takes no port 0. */
function freePort(): number {
  return port++;
}

async function present(
  found: Found,
  object: { type: number; instance: number },
  property: number = PROPERTY.presentValue,
) {
  const { values } = await found.client.readProperty(found.at, object, property);
  return values.length === 1 ? values[0]?.value : values.map(({ value }) => value);
}

describe("an independent client", () => {
  test("finds the device", async () => {
    const { client, at } = await serve(1);
    const heard = new Promise<unknown>((resolve) =>
      client.on("iAm", (message) => resolve(message.payload)),
    );
    client.whoIs(at);
    expect(await heard).toMatchObject({
      deviceId: DEVICE,
      maxApdu: 1_476,
      segmentation: 1,
      vendorId: 0,
    });
  });

  test("reads every fact of an account", async () => {
    const found = await serve(3);
    see(found.book.at(2), {
      credit_status: "low",
      supply_state: "disconnected",
      balance_micros: "-291235",
    });
    const told = [];
    for (const fact of FACTS) told.push(await present(found, objectOf(2, fact)));
    expect(told).toEqual([Math.fround(-0.3), Math.fround(17.34), 9, 3, 3, 987_654_321]);
    expect(await present(found, objectOf(2, "balance"), PROPERTY.description)).toBe(
      `-0.291235 EUR; account ${accountId(2)}, meter 20000002`,
    );
    expect(await present(found, objectOf(2, "supply_state"), PROPERTY.stateText)).toEqual([
      "unknown",
      "connected",
      "disconnected",
      "limited",
      "ready_for_reconnection",
    ]);
    expect(await present(found, objectOf(2, "consumption"), PROPERTY.units)).toBe(18);
  });

  test("is told a balance that is never more than there is", async () => {
    const found = await serve(1);
    see(found.book.at(1), { balance_micros: "16777217990000" });
    expect(Number(await present(found, objectOf(1, "balance")))).toBeLessThanOrEqual(16_777_217.99);
  });

  test("reads all properties of several objects at once", async () => {
    const { client, at } = await serve(2);
    const asked = [
      objectOf(1, "balance"),
      objectOf(2, "credit_status"),
      { type: OBJECT.device, instance: DEVICE },
    ];
    const { values } = await client.readPropertyMultiple(
      at,
      asked.map((objectId) => ({ objectId, properties: [{ id: PROPERTY.all, index: ALL }] })),
    );
    expect(values.map(({ objectId }) => objectId)).toEqual(asked);
    for (const { values: properties } of values) {
      expect(properties.length).toBeGreaterThan(8);
      const errors = properties.filter(({ value }) => value[0]?.type === 105);
      expect(errors).toEqual([]);
    }
  });

  test("reads a list of thousands of objects place by place", async () => {
    const found = await serve(5_000);
    const device = { type: OBJECT.device, instance: DEVICE };
    const at = async (arrayIndex: number) =>
      (await found.client.readProperty(found.at, device, PROPERTY.objectList, { arrayIndex }))
        .values[0]?.value;
    expect(await at(0)).toBe(30_001);
    expect(await at(1)).toEqual(device);
    expect(await at(30_001)).toEqual(objectOf(5_000, "consumption"));
    await expect(at(30_002)).rejects.toThrow("Code:42");
  });

  test("reads a long list in segments", async () => {
    const found = await serve(200);
    const list = await present(
      found,
      { type: OBJECT.device, instance: DEVICE },
      PROPERTY.objectList,
    );
    expect(list).toHaveLength(1_201);
    expect((list as unknown[])[1_200]).toEqual(objectOf(200, "consumption"));
  });

  test("is told of changes, and of none any more after it ends the subscription", async () => {
    const { client, book, at } = await serve(2);
    const told: unknown[] = [];
    client.on("covNotifyUnconfirmed", ({ payload }) => told.push(payload));
    const object = objectOf(1, "supply_state");
    await client.subscribeCov(at, object, 7, false, false, 60, {});
    await sleep(100);
    expect(told).toMatchObject([
      { subscriberProcessId: 7, initiatingDeviceId: { instance: DEVICE } },
    ]);
    see(book.at(1), { supply_state: "disconnected" });
    see(book.at(2), { supply_state: "disconnected" });
    await sleep(700);
    expect(told).toHaveLength(2);
    expect(JSON.stringify(told[1])).toContain('"value":3');
    await client.subscribeCov(at, object, 7, true, false, 0, {});
    see(book.at(1), { supply_state: "connected" });
    await sleep(700);
    expect(told).toHaveLength(2);
  });

  test("where it is allowed writes a supply state, and nothing else", async () => {
    const orders: string[] = [];
    let written: SupplyWritten = "taken";
    const found = await serve(2, [], async ({ accountId: id, action, from }) => {
      orders.push(`${action} ${id} ${from}`);
      return written;
    });
    const { client, at } = found;
    const write = (fact: (typeof FACTS)[number], value: number, type = 2, ordinal = 2) =>
      client.writeProperty(
        at,
        objectOf(ordinal, fact),
        PROPERTY.presentValue,
        [{ type, value }],
        {},
      );
    await write("supply_state", 3);
    await write("supply_state", 2);
    expect(orders).toEqual([`cut ${accountId(2)} 127.0.0.1`, `restore ${accountId(2)} 127.0.0.1`]);
    await expect(write("supply_state", 1)).rejects.toThrow("Class:2 - Code:37");
    await expect(write("supply_state", 4)).rejects.toThrow("Class:2 - Code:37");
    await expect(write("supply_state", 3, 4)).rejects.toThrow("Class:2 - Code:9");
    await expect(write("balance", 100, 4)).rejects.toThrow("Class:2 - Code:40");
    await expect(write("supply_state", 3, 2, 9)).rejects.toThrow("Class:1 - Code:31");
    expect(orders).toHaveLength(2);
    written = "refused";
    await expect(write("supply_state", 3)).rejects.toThrow("Class:2 - Code:40");
    written = "away";
    await expect(write("supply_state", 3)).rejects.toThrow("Class:0 - Code:3");
    expect(orders).toHaveLength(4);
  });

  test("cannot write", async () => {
    const { client, at, book } = await serve(1);
    const write = (object: { type: number; instance: number }) =>
      client.writeProperty(at, object, PROPERTY.presentValue, [{ type: 4, value: 100 }], {});
    await expect(write(objectOf(1, "balance"))).rejects.toThrow("Class:2 - Code:40");
    await expect(write(objectOf(9, "balance"))).rejects.toThrow("Class:1 - Code:31");
    expect(book.at(1)?.state?.balance_micros).toBe("12345678");
  });

  test("reads no account that is not offered", async () => {
    const found = await serve(1);
    await expect(present(found, objectOf(2, "balance"))).rejects.toThrow("Code:31");
    await expect(present(found, { type: OBJECT.analogValue, instance: 7 })).rejects.toThrow(
      "Code:31",
    );
    await expect(present(found, objectOf(1, "balance"), 9_999)).rejects.toThrow("Code:32");
  });

  test("sees that what it reads is old, or was never known", async () => {
    const found = await serve(2);
    const flags = () => present(found, objectOf(1, "days_left"), PROPERTY.reliability);
    expect(await flags()).toBe(0);
    see(found.book.at(1), { days_left: null });
    expect(await flags()).toBe(1);
    const entry = found.book.at(1);
    if (entry !== undefined) entry.seenMs = 0;
    expect(await flags()).toBe(12);
  });
});

describe("who may ask", () => {
  test("an address that is not named gets nothing", async () => {
    const found = await serve(1, ["127.0.0.2"]);
    await expect(present(found, objectOf(1, "balance"))).rejects.toThrow("ERR_TIMEOUT");
    expect(found.server.counts).toMatchObject({ strangers: 1, answered: 0 });
  });
});

describe("which accounts are offered", () => {
  test("a change of them shows in the database revision, and states stay", async () => {
    const found = await serve(1);
    const revision = () =>
      present(found, { type: OBJECT.device, instance: DEVICE }, PROPERTY.databaseRevision);
    const before = Number(await revision());
    found.book.replace([offered(1), offered(2, { service: "water" })]);
    expect(await revision()).toBe(before + 1);
    expect(await present(found, objectOf(1, "balance"))).toBe(Math.fround(12.34));
    expect(await present(found, objectOf(2, "consumption"), PROPERTY.units)).toBe(82);
  });

  test("one without an instance number is left out", () => {
    const book = bookOf(1);
    expect(book.replace([offered(1), offered(1_048_575), offered(2_000_000)])).toBe(2);
    expect(book.entries).toHaveLength(1);
  });
});
