/**
 * A simulated meter: identity, live values, perhaps a relay; and the telegrams that it gives.
 */
import { bcdField, binaryField, idField, manufacturerField, timeField } from "../encode/fields.ts";
import { USER_DATA_MAX } from "../encode/frame.ts";
import type { BaudRate } from "../link/control.ts";
import { relayRecord, STANDARD_RELAY } from "../relay.ts";

/** Kinds of meter that can be simulated, each with the records that such meters send. */
type MeterKind = "electricity" | "heat" | "cooling" | "water" | "gas";

/** What a meter shows at one moment: registers in atoms, its clock in epoch seconds. */
type MeterValues = {
  atS: number;
  energyWh?: bigint;
  volumeMl?: bigint;
  powerW?: bigint;
  flowMlPerH?: bigint;
};

/** A relay or valve; `set` really moves it, so that consumption can stop. */
export type SlaveRelay = { connected(): boolean; set(connected: boolean): void };

/** A register of an earlier date, kept by the meter. */
type StoredValues = { atS: number; energyWh?: bigint; volumeMl?: bigint };

/** One simulated meter. `values` is asked at each readout. */
export type SlaveMeter = {
  /** Primary address, 0 to 250. */
  address: number;
  /** Eight digits. */
  id: string;
  /** Three capital letters. */
  manufacturer: string;
  version: number;
  kind: MeterKind;
  /** Its medium (device type), where it is another than the usual one of its kind. */
  medium?: number;
  /** `bcd` as most heat and water meters count (8 digits), `binary` as most electricity meters do (32 bits). */
  coding: "bcd" | "binary";
  values(): MeterValues;
  /** Registers of earlier dates, newest first; enough of them make several telegrams. */
  history?(): readonly StoredValues[];
  relay?: SlaveRelay;
  /** AES-128 key: all telegrams are then encrypted (mode 5). */
  key?: Uint8Array;
  /** Rates that it can be switched to; it acknowledges others too, and stays as it is. */
  bauds?: readonly BaudRate[];
};

const MEDIUM: Readonly<Record<MeterKind, number>> = {
  electricity: 0x02,
  gas: 0x03,
  heat: 0x04,
  water: 0x07,
  cooling: 0x0a,
};

/** Steps in which the registers of each kind count: powers of ten of Wh and mL. */
const STEPS: Readonly<Record<MeterKind, { energy: number; volume: number }>> = {
  electricity: { energy: 0, volume: 3 },
  heat: { energy: 3, volume: 3 },
  cooling: { energy: 3, volume: 3 },
  water: { energy: 3, volume: 3 },
  gas: { energy: 3, volume: 4 },
};

const MORE_FOLLOWS = 0x1f;
/** Most bytes of records in one telegram: header and the two bytes of an encrypted one go before, one says that more follow. */
const RECORD_BYTES_MAX = USER_DATA_MAX - 12 - 2 - 1;

/** Sub-code of an application reset that asks for momentary values only. */
export const MOMENTARY_ONLY = 0x50;

/** Most earlier registers that one meter gives; storage numbers above need another extension byte. */
export const HISTORY_MAX = 30;

/** The identity part of a header as bytes: id, manufacturer, version, medium. */
export function identityField(meter: SlaveMeter): Uint8Array {
  return Uint8Array.of(
    ...idField(meter.id),
    ...manufacturerField(meter.manufacturer),
    meter.version,
    meter.medium ?? MEDIUM[meter.kind],
  );
}

/** The records of a readout after an application reset with `subCode`, in as many telegrams as they need; each but the last ends with "more follows". */
export function telegramsOf(meter: SlaveMeter, subCode = 0): Uint8Array[] {
  const telegrams: Uint8Array[] = [];
  let current: number[] = [];
  for (const record of recordsOf(meter, subCode)) {
    if (current.length + record.length > RECORD_BYTES_MAX) {
      telegrams.push(Uint8Array.of(...current, MORE_FOLLOWS));
      current = [];
    }
    current.push(...record);
  }
  return [...telegrams, Uint8Array.from(current)];
}

function recordsOf(meter: SlaveMeter, subCode: number): Uint8Array[] {
  const values = meter.values();
  const records = registerRecords(meter, values, 0);
  if (values.powerW !== undefined) records.push(record(meter, 0x2b, values.powerW));
  if (values.flowMlPerH !== undefined) records.push(record(meter, 0x38, values.flowMlPerH));
  records.push(Uint8Array.of(0x04, 0x6d, ...timeField(values.atS)));
  if (meter.relay !== undefined)
    records.push(relayRecord(STANDARD_RELAY, meter.relay.connected() ? "restore" : "cut"));
  if (subCode === MOMENTARY_ONLY) return records;
  const history = meter.history?.().slice(0, HISTORY_MAX) ?? [];
  for (const [index, stored] of history.entries()) {
    records.push(...registerRecords(meter, stored, index + 1));
    records.push(Uint8Array.of(...storedDif(0x04, index + 1), 0x6d, ...timeField(stored.atS)));
  }
  return records;
}

function registerRecords(meter: SlaveMeter, values: StoredValues, storage: number): Uint8Array[] {
  const { energy, volume } = STEPS[meter.kind];
  const records: Uint8Array[] = [];
  if (values.energyWh !== undefined) {
    records.push(record(meter, 0x03 + energy, values.energyWh / 10n ** BigInt(energy), storage));
  }
  if (values.volumeMl !== undefined) {
    records.push(record(meter, 0x10 + volume, values.volumeMl / 10n ** BigInt(volume), storage));
  }
  return records;
}

function record(meter: SlaveMeter, vif: number, value: bigint, storage = 0): Uint8Array {
  if (meter.coding === "binary") {
    return Uint8Array.of(...storedDif(0x04, storage), vif, ...binaryField(value, 4));
  }
  return Uint8Array.of(...storedDif(0x0c, storage), vif, ...bcdField(value, 4));
}

/** A DIF with its storage number, in one extension byte where it needs one. */
function storedDif(coding: number, storage: number): number[] {
  const first = coding | ((storage & 1) << 6);
  return storage < 2 ? [first] : [first | 0x80, storage >> 1];
}
