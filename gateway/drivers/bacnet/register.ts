/**
 * From a present value to atoms: exact, by the device file's scale and step, once the object says that it counts as the
 * file has it.
 */

import { BacnetFault } from "../../../engine/contract/bacnet/bytes.ts";
import {
  type BacnetValue,
  floatBytes,
  realOf,
  unsignedOf,
} from "../../../engine/contract/bacnet/values.ts";
import type { BacnetDevice } from "../../devices/bacnet-device.ts";
import { type Exact, exactOf } from "../modbus/bits.ts";
import { scaledAtoms } from "../modbus/scale.ts";
import { type Failed, failed } from "./calls.ts";

type Billing = BacnetDevice["billing"];

/**
 * Longest whole number that is taken, in bytes: no meter counts farther, and a register that seems to is misread. Values are
 * bigints, so this is a bound of sense and not of precision.
 */
export const COUNT_BYTES_MAX = 6;

/** The register in atoms. */
export function atomsOf(value: BacnetValue | undefined, billing: Billing): bigint | Failed {
  const exact = exactValue(value, billing);
  return "fault" in exact ? exact : scaledAtoms(exact, billing);
}

function exactValue(value: BacnetValue | undefined, { encoding }: Billing): Exact | Failed {
  if (value === undefined || value.type !== encoding) {
    const message = `the register is ${value === undefined ? "empty" : `of type ${value.type}`}, and ${encoding} by the device file`;
    return failed("malformed", message);
  }
  if (value.type === "unsigned" || value.type === "signed") {
    const size = value.value < 0n ? -value.value : value.value;
    if (size >= 1n << BigInt(8 * COUNT_BYTES_MAX)) {
      return failed("malformed", `the register shows ${value.value}, which no meter counts to`);
    }
    return { significand: value.value, exponent: 0 };
  }
  if (value.type !== "real" && value.type !== "double") throw new Error("the schema has no other");
  const exact =
    value.type === "real"
      ? exactOf(unsignedOf(floatBytes(value.value, 4)), "float32")
      : exactOf(unsignedOf(floatBytes(value.value, 8)), "float64");
  return exact ?? failed("not_available", "the register shows no number");
}

/** Whether an accumulator's scale is the device file's: as a power of ten, or as the float nearest to it. */
export function checkScale(value: BacnetValue | undefined, { scale }: Billing): Failed | undefined {
  const said = scaleSaid(value);
  if (said?.(scale) === true) return undefined;
  return failed("malformed", `the accumulator's scale is not ${scale}, as the device file has it`);
}

function scaleSaid(value: BacnetValue | undefined): ((scale: string) => boolean) | undefined {
  if (value?.type !== "context") return undefined;
  try {
    if (value.tag === 0) {
      const float = realOf(value.value);
      return (scale) => Math.fround(Number(scale)) === float;
    }
    const power = BigInt.asIntN(8 * value.value.length, unsignedOf(value.value));
    return (scale) => value.tag === 1 && isPowerOfTen(scale, power);
  } catch (error) {
    if (error instanceof BacnetFault) return undefined;
    throw error;
  }
}

const POWER_MAX = 18n;

function isPowerOfTen(scale: string, power: bigint): boolean {
  if (power > POWER_MAX || power < -POWER_MAX) return false;
  const [whole = "", fraction = ""] = scale.split(".");
  const over = BigInt(whole + fraction);
  const up = power > 0n ? 10n ** power : 1n;
  const down = power < 0n ? 10n ** -power : 1n;
  return over * down === up * 10n ** BigInt(fraction.length);
}

/** Whether an accumulator's prescale is what was commissioned. */
export function checkPrescale(
  values: readonly BacnetValue[],
  { prescale }: Billing,
): Failed | undefined {
  if (prescale === undefined) return undefined;
  const [multiplier, divide] = values.map((value) =>
    value.type === "context" && value.value.length >= 1 && value.value.length <= 4
      ? Number(unsignedOf(value.value))
      : undefined,
  );
  if (multiplier === prescale.multiplier && divide === prescale.modulo_divide) return undefined;
  const message = `the accumulator's prescale is not ${prescale.multiplier}/${prescale.modulo_divide}, as it was commissioned`;
  return failed("malformed", message);
}

/** Whether the object counts in the device file's engineering unit. */
export function checkUnits(value: BacnetValue | undefined, { units }: Billing): Failed | undefined {
  if (units === undefined) return undefined;
  if (value?.type === "enumerated" && value.value === units) return undefined;
  return failed("malformed", `the object's unit is not ${units}, as the device file has it`);
}

const FAULT_FLAG = 1;
const OUT_OF_SERVICE_FLAG = 3;
const FLAGS = 4;

/** Whether the object's flags let its value count; a device that keeps no flags has none that forbid it. */
export function checkFlags(value: BacnetValue | undefined): Failed | undefined {
  if (value === undefined) return undefined;
  if (value.type !== "bits" || value.value.length !== FLAGS) {
    return failed("malformed", "the object's status flags are no flags");
  }
  if (value.value[FAULT_FLAG] === true)
    return failed("not_available", "the object says that it is at fault");
  if (value.value[OUT_OF_SERVICE_FLAG] === true) {
    return failed("not_available", "the object is out of service: its value is not the meter's");
  }
  return undefined;
}
