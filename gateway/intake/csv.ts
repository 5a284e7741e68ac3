/**
 * CSV of readings, `meter_id,read_at,register`: the same parser as `drawdown rate` and `replay`.
 */
import { unitNamed } from "../../engine/contract/services.ts";
import { readReadings } from "../../engine/rating/readings-file.ts";
import type { Zone } from "../../engine/tariff/zone.ts";
import { addFault, type IntakeFound, nothingFound } from "./found.ts";

/** Reads a file. Throws an Error of one line when it cannot be read or has another header. */
export function readCsv(path: string, zone: Zone, unitName: string): IntakeFound {
  const unit = unitNamed(unitName);
  if (unit === undefined) throw new Error(`there is no unit ${unitName}`);
  const recorded = readReadings(path, zone, unit);
  const found = nothingFound();
  for (const { line, message } of recorded.faults) addFault(found, line, message);
  const next = recorded.meters.map(() => 0);
  for (const [i, index] of recorded.order.entries()) {
    const meter = recorded.meters[index];
    const at = next[index] ?? 0;
    next[index] = at + 1;
    const reading = meter?.readings[at];
    if (meter === undefined || reading === undefined) continue;
    found.readings.push({
      // Blank and bad lines are not counted by the parser: the place among the good ones.
      line: i + 2,
      meterId: meter.meterId,
      atom: unit.atom,
      registerAtoms: BigInt(reading.registerAtoms),
      atS: reading.atS,
      quality: "actual",
    });
  }
  for (const { meterId, readings } of recorded.meters) {
    const advance = (readings.at(-1)?.registerAtoms ?? 0) - (readings[0]?.registerAtoms ?? 0);
    const counts = { readings: readings.length, estimated: 0, missing: 0 };
    found.meters.push({ meterId, atom: unit.atom, advanceAtoms: BigInt(advance), ...counts });
  }
  return found;
}
