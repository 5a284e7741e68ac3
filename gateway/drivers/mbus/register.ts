/**
 * Which of a meter's many records is billed, and what it says in atoms.
 */
import type { Atom } from "../../../engine/contract/services.ts";
import { type Decimal, floorTo } from "./decode/decimal.ts";
import type { DataRecord } from "./decode/records.ts";
import { FORWARD } from "./decode/vife.ts";
import { type Refusal, refusal } from "./link/refusal.ts";

/** A register that can be billed. */
export type BilledQuantity = "energy" | "volume";

const QUANTITIES: Readonly<Record<BilledQuantity, string>> = { energy: "Energy", volume: "Volume" };
/** Joules in a watt-hour. */
const JOULES_PER_WH = 3_600n;

/**
 * The billed register in atoms (Wh or mL), floored: the momentary value of storage 0, tariff 0, subunit 0. A record
 * that an extension turns into something else (a limit, a reverse flow, a maker's own meaning) is never taken; one
 * that counts forward flow only is, where there is no plain one.
 */
export function billedAtoms(
  records: readonly DataRecord[],
  quantity: BilledQuantity,
): { ok: true; atoms: bigint; atom: Atom } | Refusal {
  const record = billedRecord(records, QUANTITIES[quantity]);
  if (record === undefined) {
    return refusal("not_available", `the readout has no momentary ${quantity} to bill`);
  }
  if (record.value.kind !== "number") {
    const why = record.value.kind === "refused" ? record.value.reason : "it holds no number";
    return refusal("not_available", `the ${quantity} register cannot be used: ${why}`);
  }
  const { number } = record.value;
  if (number.digits < 0n) {
    return refusal("not_available", `the ${quantity} register is negative`);
  }
  const atoms = atomsOf(number, record.unit);
  if (atoms === undefined) {
    return refusal("not_available", `the ${quantity} register is in ${record.unit}: not converted`);
  }
  return { ok: true, ...atoms };
}

function billedRecord(records: readonly DataRecord[], quantity: string): DataRecord | undefined {
  const momentary = records.filter(
    (record) =>
      record.quantity === quantity &&
      record.function === "instantaneous" &&
      record.storage === 0 &&
      record.tariff === 0 &&
      record.subunit === 0,
  );
  return (
    momentary.find(({ qualifiers }) => qualifiers.length === 0) ??
    momentary.find(({ qualifiers }) => qualifiers.length === 1 && qualifiers[0] === FORWARD)
  );
}

function atomsOf(number: Decimal, unit: string): { atoms: bigint; atom: Atom } | undefined {
  if (unit === "Wh") return { atoms: floorTo(number, 0), atom: "Wh" };
  if (unit === "m^3") return { atoms: floorTo(number, -6), atom: "mL" };
  if (unit === "J") return { atoms: floorTo(number, 0) / JOULES_PER_WH, atom: "Wh" };
  return undefined;
}
