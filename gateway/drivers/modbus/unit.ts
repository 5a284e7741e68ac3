/**
 * Unit identifiers: the address of a device on its bus.
 */

/** Highest unit on a serial line; 255 is used by devices that are reached by their own IP address. */
export const UNIT_MAX = 247;
const UNIT_OF_ITS_OWN = 255;

/** The unit that a roster's address names. Undefined for anything else, above all 0, which every device obeys. */
export function unitOf(address: string): number | undefined {
  if (!/^[1-9]\d{0,2}$/.test(address)) return undefined;
  const unit = Number(address);
  return unit <= UNIT_MAX || unit === UNIT_OF_ITS_OWN ? unit : undefined;
}
