/**
 * The unit in which people know a service.
 */
import { atomOf, type Service, type Unit, unitNamed } from "../engine/contract/services.ts";

const SHOWN = { Wh: "kWh", mL: "m³", s: "h", count: "count" } as const;

/** The unit that quantities of a service are shown in. */
export function unitShown(service: Service): Unit {
  const unit = unitNamed(SHOWN[atomOf(service)]);
  if (unit === undefined) throw new Error(`${service} has no unit to be shown in`);
  return unit;
}
