/**
 * The inverse of reading a register: what a simulated object holds so that it is read as some atoms, and never as more.
 */
import type { BacnetValue } from "../../../engine/contract/bacnet/values.ts";
import type { BacnetDevice } from "../../devices/bacnet-device.ts";
import { atomsPerCount, stepAtoms } from "../modbus/scale.ts";
import { atomsOf } from "./register.ts";

/** Counters of this width start again at zero, as most do. */
const COUNTER_BITS = 32;

/** The present value of a register. */
export function presentValue(atoms: bigint, billing: BacnetDevice["billing"]): BacnetValue {
  const { over, under } = atomsPerCount(billing);
  const { encoding } = billing;
  if (encoding === "unsigned") {
    return { type: encoding, value: BigInt.asUintN(COUNTER_BITS, (atoms * under) / over) };
  }
  if (encoding === "signed") return { type: encoding, value: (atoms * under) / over };
  const step = stepAtoms(billing);
  const floored = (atoms / step) * step;
  const nearest = (Number(floored) * Number(under)) / Number(over);
  const value = encoding === "real" ? Math.fround(nearest) : nearest;
  return {
    type: encoding,
    value: readsAtMost(value, floored, billing) ? value : below(value, encoding),
  };
}

function readsAtMost(value: number, atoms: bigint, billing: BacnetDevice["billing"]): boolean {
  const read = atomsOf({ type: billing.encoding === "real" ? "real" : "double", value }, billing);
  return typeof read === "bigint" && read <= atoms;
}

/** The next float towards zero. */
function below(value: number, encoding: "real" | "double"): number {
  const bytes = Buffer.alloc(8);
  if (encoding === "real") {
    bytes.writeFloatBE(value);
    bytes.writeUInt32BE(bytes.readUInt32BE() - 1);
    return bytes.readFloatBE();
  }
  bytes.writeDoubleBE(value);
  bytes.writeBigUInt64BE(bytes.readBigUInt64BE() - 1n);
  return bytes.readDoubleBE();
}
