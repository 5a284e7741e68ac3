/**
 * What every field driver offers. A driver holds no pricing and no state beyond its links. A value counts only if it
 * carries the identity of the meter that was asked; anything else is a refusal, never somebody else's reading.
 */
import type { Link } from "../../engine/contract/link.ts";
import type { RosterMeter } from "../../engine/contract/roster.ts";
import type { SupplyAction } from "../../engine/contract/supply.ts";

/** State of a supply as read back from the meter. */
export type SupplyReadBack = "connected" | "disconnected" | "limited" | "ready_for_reconnection";
/** The same, and `none` for a meter that has no relay or valve. */
export type RelayState = SupplyReadBack | "none";

/** What is asked of a relay or valve. A limit is in atoms an hour (R75); `arm` leaves the restoring to somebody at the meter (R76). */
export type SupplyOrder =
  | { action: "cut" | "restore" | "arm" }
  | { action: "limit"; atomsPerHour: number };

/** What a driver can do with a meter of its device file: the actions that it can prove by reading back, and whether the meter tells its clock. */
export type Capabilities = { actions: readonly SupplyAction[]; clock: boolean };

/** Why a read or an action gave nothing that can be used. */
export type FieldFault =
  | "timeout"
  | "unreachable"
  | "wrong_identity"
  | "malformed"
  | "refused"
  | "not_available"
  | "no_relay"
  | "not_moved"
  | "busy"
  | "closed";

/** One read: the billing register in atoms, the relay, and the meter's own clock where it tells it. */
export type ReadOutcome =
  | { ok: true; registerAtoms: bigint; atS: number; relay: RelayState; meterClockS?: number }
  | { ok: false; fault: FieldFault; message: string };

/** One action: `relay` is what the meter said when it was read back afterwards. */
export type ActOutcome =
  | { ok: true; relay: SupplyReadBack }
  | { ok: false; fault: FieldFault; message: string };

/** A meter that discovery found on a link. */
export type FoundMeter = {
  address: string;
  serial: string;
  manufacturer: string;
  description: string;
};

/** A protocol's driver. All calls settle within the driver's own bounds; none throws for what the field does. */
export type Driver = {
  /** Reads the meter. `nowS` is the installation's clock, for meters that tell no time of their own. */
  read(meter: RosterMeter, nowS: () => number): Promise<ReadOutcome>;
  /** Moves the relay or valve and reads it back before it says that it moved. */
  act(meter: RosterMeter, order: SupplyOrder): Promise<ActOutcome>;
  /** What can be done with the meter; nothing when its device file is not this driver's. */
  capabilities(meter: RosterMeter): Capabilities;
  /** Searches a link for meters. */
  discover(link: Link): AsyncIterable<FoundMeter>;
  /** Closes all links; outstanding calls settle as `closed`. */
  close(): Promise<void>;
};
