/**
 * A simulated meter as the slaves see it: what a real one holds behind its protocol.
 */
import type { Service } from "../../engine/contract/services.ts";

/** One meter of the simulated field. Slaves read it at each request and move its relay when written to. */
export type FieldMeter = {
  /** Serial number as printed on the meter and given over the wire: 8 digits. */
  serial: string;
  service: Service;
  /** Cumulative register now, in atoms (Wh or mL). */
  registerAtoms(): bigint;
  /** Present power in W or flow in L/h, for the display registers. */
  flow(): number;
  /** Whether the relay or valve lets supply through; undefined where the meter has none. */
  relayClosed(): boolean | undefined;
  /** The meter's own clock, in epoch seconds; the installation's where it has none of its own. */
  clockS?(): number;
  /** Opens (false) or closes (true) the relay; an open relay stops consumption. */
  moveRelay(closed: boolean): void;
};
