/**
 * `node-mbus` (libmbus) as the master of our simulated meters: an independent hand that finds them to be M-Bus meters,
 * and the written list of the places where what it says of a telegram is wrong.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatDecimal } from "./decode/decimal.ts";
import { telegramJson } from "./decode/json.ts";
import { decodeTelegram } from "./decode/telegram.ts";
import { longFrame } from "./encode/frame.ts";
import { HISTORY_MAX, type SlaveMeter } from "./slave/meter.ts";
import { createMbusSlaveServer } from "./slave/server.ts";
import {
  libmbusObstacle,
  type PeerAnswer,
  type PeerJob,
  type PeerValue,
  readByLibmbus,
} from "./testing/libmbus.ts";
import { TEST_AT_S, testElectricityMeter, testWaterMeter } from "./testing/meters.ts";
import { startReplay } from "./testing/replay.ts";
import { bytesOf, HEADER_HEX, recordsIn } from "./testing/telegrams.ts";

/** Where the peer is wrong, or says less than the telegram: the records, its value, ours, and why ours is right. */
const WRONG: readonly { records: string; peer: number; ours: string; reason: string }[] = [
  {
    records: "07 03 FF FF FF FF FF FF FF 7F",
    peer: 2 ** 63,
    ours: "9223372036854775807",
    reason: "64 bits do not fit a float: the last digits are lost",
  },
  {
    records: "0C 13 FF FF FF FF",
    peer: -15_151_515,
    ours: "refused",
    reason: "FFFFFFFF is no BCD number; meters send it for a value that they do not have",
  },
  {
    records: "0C 13 78 56 3A 12",
    peer: 12_405_678,
    ours: "refused",
    reason: "a digit A is carried into its neighbour",
  },
  {
    records: "04 83 3B 05 00 00 00",
    peer: 5,
    ours: "5 forward",
    reason: "the extension is dropped: import reads like export",
  },
  {
    records: "04 83 3C 06 00 00 00",
    peer: 6,
    ours: "6 backward",
    reason: "the extension is dropped: export reads like import",
  },
];

const obstacle = libmbusObstacle();
const water = testWaterMeter(1);
const { relay: _, ...plain } = testWaterMeter(2);
const METERS: readonly SlaveMeter[] = [
  water,
  {
    ...plain,
    history: () =>
      Array.from({ length: HISTORY_MAX }, (_entry, day) => ({
        atS: TEST_AT_S,
        volumeMl: BigInt(day) * 1_000n,
      })),
  },
  testElectricityMeter(9, () => 1_234_567n),
];
const ODD_ID = "E5 02 00 05 57 12 01 07 07 00 00 00 01 03 05";

describe.skipIf(obstacle !== undefined)(`libmbus as the master ${obstacle ?? ""}`, () => {
  const running: { close(): Promise<void> }[] = [];
  let answers: PeerAnswer[] = [];

  /** One process reads all, one meter after the other: the peer takes a second for each. */
  beforeAll(async () => {
    const slave = await createMbusSlaveServer({ meters: METERS });
    const records = WRONG.map((one) => one.records).join(" ");
    const wrong = await startReplay(longFrame(8, 1, 0x72, bytesOf(`${HEADER_HEX} ${records}`)));
    const odd = await startReplay(longFrame(8, 1, 0x72, bytesOf(ODD_ID)));
    running.push(slave, wrong, odd);
    const job = ({ host, port }: Omit<PeerJob, "address">, address: number | string) => ({
      host,
      port,
      address,
    });
    answers = await readByLibmbus([
      job(slave, 1),
      job(slave, 2),
      job(slave, "200000092D2C0102"),
      job(slave, 77),
      job(wrong, 7),
      job(odd, 1),
    ]);
  }, 90_000);
  afterAll(async () => {
    for (const one of running) await one.close();
  });

  function recordsOf(index: number): PeerValue[] {
    const { data, error } = answers[index] ?? {};
    expect(error).toBeUndefined();
    return data?.DataRecord ?? [];
  }

  it("reads a water meter", () => {
    expect(answers[0]?.data?.SlaveInformation).toMatchObject({
      Id: 10_000_001,
      Manufacturer: "PAD",
    });
    expect(recordsOf(0).slice(0, 3)).toMatchObject([
      { Unit: "Volume (m m^3)", Value: 1_000 },
      { Unit: "Volume flow (my m^3/h)", Value: 0 },
      { Value: "2026-03-01T12:00:00" },
    ]);
  });

  it("reads all telegrams of a long readout, frame-count bit by frame-count bit", () => {
    const stored = recordsOf(1).filter(
      ({ Unit, StorageNumber }) => StorageNumber > 0 && Unit === "Volume (m m^3)",
    );
    expect(stored.map(({ Value }) => Value)).toEqual(
      Array.from({ length: HISTORY_MAX }, (_entry, day) => day),
    );
  });

  it("selects a meter by its secondary address", () => {
    expect(recordsOf(2).slice(0, 2)).toMatchObject([
      { Unit: "Energy (Wh)", Value: 1_234_567 },
      { Unit: "Power (W)", Value: 350 },
    ]);
  });

  it("finds nobody where nobody is", () => {
    expect(answers[3]?.error).toBeDefined();
  });

  it("is wrong in the written places, and ours is not", () => {
    const peer = recordsOf(4);
    expect(peer.map(({ Value }) => Value)).toEqual(WRONG.map((one) => one.peer));
    expect(WRONG.map(({ records }) => shown(records))).toEqual(WRONG.map((one) => one.ours));
    expect(peer[3]?.Unit).toBe(peer[4]?.Unit);
  });

  it("takes the answer of address 1 for that of address 7, and drops zeros in front of an id", () => {
    expect(answers[4]?.data?.SlaveInformation).toMatchObject({ Id: 123_456 });
  });

  it("reads the id 050002E5 as another meter's", () => {
    expect(answers[5]?.data?.SlaveInformation["Id"]).toBe(50_002);
  });
});

describe("ours", () => {
  it("keeps zeros and letters of an id", () => {
    const result = decodeTelegram(longFrame(8, 1, 0x72, bytesOf(ODD_ID)));
    if (!result.ok || result.value.telegram.kind !== "data") throw new Error("not decoded");
    const { header, records } = result.value.telegram;
    expect(telegramJson(header, records).id).toBe("050002E5");
  });
});

function shown(hex: string): string {
  const [record] = recordsIn(hex);
  if (record?.value.kind !== "number") return record?.value.kind ?? "none";
  const { digits } = record.value.number;
  return [formatDecimal({ digits, exponent: 0 }), ...record.qualifiers].join(" ");
}
