/**
 * The present value of each fact. Nothing is billed by these: money becomes a REAL here, floored to the hundredth,
 * and where a float32 is coarser than that never told as more than it is; the exact amount stands in the object's description.
 */
import type { BacnetValue } from "../../engine/contract/bacnet/values.ts";
import { type AccountState, CREDIT_STATUSES } from "../../engine/contract/queries.ts";
import { atomOf } from "../../engine/contract/services.ts";
import { SUPPLY_STATES } from "../../engine/contract/supply.ts";
import { heldIn, heldText } from "../holding.ts";
import type { Entry } from "./book.ts";
import type { Fact } from "./objects.ts";

/** Texts of the states, from 1. */
export const STATES = {
  credit_status: ["unknown", ...CREDIT_STATUSES],
  supply_state: SUPPLY_STATES,
} as const;

/** BACnet's engineering units. */
export const UNITS = {
  currency1: 105,
  days: 70,
  kilowattHours: 19,
  cubicMeters: 80,
  hours: 71,
  wattHours: 18,
  litres: 82,
  seconds: 73,
  noUnits: 95,
} as const;

/** How much of an atom an accumulator counts, and in which unit: litres of water, watt-hours, seconds. */
const COUNTS = {
  Wh: { atoms: 1n, units: UNITS.wattHours },
  mL: { atoms: 1_000n, units: UNITS.litres },
  s: { atoms: 1n, units: UNITS.seconds },
  count: { atoms: 1n, units: UNITS.noUnits },
} as const;
const HELD = {
  Wh: UNITS.kilowattHours,
  mL: UNITS.cubicMeters,
  s: UNITS.hours,
  count: UNITS.noUnits,
} as const;

/** The present value of a fact; of an account that was never seen, zero or "unknown". */
export function presentOf({ offered, state }: Entry, fact: Fact): BacnetValue {
  switch (fact) {
    case "balance":
      return real(state?.balance_micros, offered);
    case "available_credit":
      return real(state?.available_credit_micros, offered);
    case "days_left":
      return { type: "real", value: Math.fround(state?.days_left ?? 0) };
    case "credit_status":
      return place(STATES.credit_status, state?.credit_status);
    case "supply_state":
      return place(STATES.supply_state, state?.supply_state);
    case "consumption": {
      const atoms = BigInt(state?.last_reading?.register_atoms ?? "0");
      return { type: "unsigned", value: atoms / COUNTS[atomOf(offered.service)].atoms };
    }
  }
}

/** The engineering unit of a fact. */
export function unitsOf({ offered }: Entry, fact: Fact): number {
  const atom = atomOf(offered.service);
  if (fact === "consumption") return COUNTS[atom].units;
  if (fact === "days_left") return UNITS.days;
  return offered.holds === "money" ? UNITS.currency1 : HELD[atom];
}

/** Whether the fact is known: days are not while there is no trailing mean, and consumption not before the first reading. */
export function isKnown(state: AccountState, fact: Fact): boolean {
  if (fact === "days_left") return state.days_left !== null;
  return fact !== "consumption" || state.last_reading !== null;
}

/** What a fact is of, for people; amounts exactly. */
export function describe({ offered, state }: Entry, fact: Fact): string {
  const whose = `account ${offered.accountId}, meter ${offered.meterSerial ?? "none"}`;
  if (fact !== "balance" && fact !== "available_credit") return whose;
  const micros = fact === "balance" ? state?.balance_micros : state?.available_credit_micros;
  const exact = micros === undefined ? "not known" : heldText(BigInt(micros), offered);
  return `${exact} ${heldIn(offered)}; ${whose}`;
}

function place<Text extends string>(texts: readonly Text[], text: Text | undefined): BacnetValue {
  const at = text === undefined ? -1 : texts.indexOf(text);
  return { type: "unsigned", value: BigInt(at < 0 ? 1 : at + 1) };
}

function real(micros: string | undefined, offered: Entry["offered"]): BacnetValue {
  const text = micros === undefined ? "0" : heldText(BigInt(micros), offered);
  const hundredths = Math.floor(Number(text) * 100 + ROUNDING) / 100;
  return { type: "real", value: atMost(hundredths) };
}

const HALF_HUNDREDTH = 0.005;
/** A text such as 0.29 is 28.999… hundredths as a double; no amount is this near to the next hundredth otherwise. */
const ROUNDING = 1e-7;

/** The nearest float32 where that is the same hundredth, else the greatest that is not more. */
function atMost(value: number): number {
  const near = Math.fround(value);
  if (near - value < HALF_HUNDREDTH) return near;
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setFloat32(0, near);
  bytes.setUint32(0, bytes.getUint32(0) + (near > 0 ? -1 : 1));
  return bytes.getFloat32(0);
}
