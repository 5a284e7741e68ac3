/**
 * Sound telegrams that mutations begin from: simulated meters of every kind, encrypted and plain, the fixed structure,
 * and a few with codings that simulated meters do not use.
 */
import { secured } from "../drivers/mbus/decode/security.ts";
import { longFrame } from "../drivers/mbus/encode/frame.ts";
import { identityField, type SlaveMeter, telegramsOf } from "../drivers/mbus/slave/meter.ts";

/** The key of the encrypted samples. */
export const FUZZ_KEY: Uint8Array = Uint8Array.from({ length: 16 }, (_, index) => index * 7);

const RESPONSE = 0x08;
/** Records with text, variable lengths, floats, dates of every type, extensions of all tables, a maker's tail. */
const RECORDS = [
  "0D FD 0B 03 43 42 41 0D 03 C3 12 34 56 0D 03 E3 01 02 03",
  "05 2B CD CC CC 3D 07 00 FF FF FF FF FF FF FF 7F 0E 03 01 00 00 00 00 99",
  "02 6C DF 1C 04 6D 1E 08 61 19 06 6D 00 1E 08 61 19 00 02 FC 03 48 52 25 74 D4 11",
  "84 10 83 3B 05 00 00 00 04 FB 00 01 00 00 00 01 FD 1F 01 84 80 80 40 2B 01 02 03 04",
  "0C 13 78 56 34 12 4C 13 00 00 00 F0 42 EC 7E FF 24 0F 01 02 03 04 05",
];
const FIXED = "78 56 34 12 07 00 E9 7E 78 56 34 12 00 10 00 00";

/** The samples, the same in every run. */
export function sampleTelegrams(): [Uint8Array, ...Uint8Array[]] {
  const kinds = ["electricity", "heat", "cooling", "water", "gas"] as const;
  const meters = kinds.flatMap((kind) => (["bcd", "binary"] as const).map(meterOf(kind)));
  const plain = meters.flatMap((meter) => telegramsOf(meter).map((body) => [meter, body] as const));
  const byHand = RECORDS.map((hex) => frameOf(firstMeter, bytesOf(hex)));
  return [
    longFrame(RESPONSE, 1, 0x73, bytesOf(FIXED)),
    ...plain.map(([meter, body]) => frameOf(meter, body)),
    ...plain.map(([meter, body]) => frameOf(meter, body.subarray(0, 220), FUZZ_KEY)),
    ...byHand,
  ];
}

function meterOf(kind: SlaveMeter["kind"]) {
  return (coding: SlaveMeter["coding"]): SlaveMeter => ({
    address: 1,
    id: "12345678",
    manufacturer: "DRW",
    version: 1,
    kind,
    coding,
    values: () => ({
      atS: 1_772_366_400,
      energyWh: 12_345_678n,
      volumeMl: 98_765_432n,
      powerW: 5n,
    }),
    history: () => Array.from({ length: 12 }, (_, day) => ({ atS: day * 86_400, energyWh: 1n })),
    relay: { connected: () => true, set: () => {} },
  });
}

const firstMeter = meterOf("water")("bcd");

function frameOf(meter: SlaveMeter, records: Uint8Array, key?: Uint8Array): Uint8Array {
  const header = Uint8Array.of(...identityField(meter), 7, 0, 0, 0);
  const data =
    key === undefined ? Uint8Array.of(...header, ...records) : secured(header, records, key);
  return longFrame(RESPONSE, meter.address, 0x72, data);
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}
