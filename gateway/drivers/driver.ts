/**
 * What every field driver offers. A driver holds no pricing and no state beyond its links. A value counts only if it
 * carries the identity of the meter that was asked; anything else is a refusal, never somebody else's reading.
 */
import type { RosterMeter } from "../../engine/contract/roster.ts";
import type { RelayAction } from "../../engine/contract/supply.ts";

/** State of a relay or valve as read back from the meter; `none` when it has none. */
export type RelayState = "connected" | "disconnected" | "none";

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
  | { ok: true; relay: "connected" | "disconnected" }
  | { ok: false; fault: FieldFault; message: string };

/** A meter that discovery found on a link. */
export type FoundMeter = {
  address: string;
  serial: string;
  manufacturer: string;
  description: string;
};

/** A link to search: a host and port of a bus or a device. */
export type Link = RosterMeter["link"];

/** A protocol's driver. All calls settle within the driver's own bounds; none throws for what the field does. */
export type Driver = {
  /** Reads the meter. `nowS` is the installation's clock, for meters that tell no time of their own. */
  read(meter: RosterMeter, nowS: () => number): Promise<ReadOutcome>;
  /** Moves the relay or valve and reads it back before it says that it moved. */
  act(meter: RosterMeter, action: RelayAction): Promise<ActOutcome>;
  /** Searches a link for meters. */
  discover(link: Link): AsyncIterable<FoundMeter>;
  /** Closes all links; outstanding calls settle as `closed`. */
  close(): Promise<void>;
};
