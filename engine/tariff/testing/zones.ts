/**
 * Zones for tests.
 */
import { openZone, type Zone } from "../zone.ts";

/** Opens a zone that must exist. */
export function zone(name: string): Zone {
  const open = openZone(name);
  if (open === undefined) throw new Error(`this runtime has no zone ${name}`);
  return open;
}
