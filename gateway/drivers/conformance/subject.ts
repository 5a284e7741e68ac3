/**
 * A driver that the conformance suite is run over: how its simulated field is started, and how that can misbehave.
 */
import type { Link } from "../../../engine/contract/link.ts";
import type { RosterMeter } from "../../../engine/contract/roster.ts";
import type { Driver } from "../driver.ts";

/** One simulated meter: its entry in the roster, and what it truly holds. */
export type SubjectMeter = {
  entry: RosterMeter;
  /** The register, in atoms. */
  atoms(): bigint;
  /** Whether supply flows. */
  flows(): boolean;
};

/** A running simulator with three meters with relays on one link, and the driver that reads them. */
export type SubjectField = {
  driver: Driver;
  link: Link;
  meters: readonly [SubjectMeter, SubjectMeter, SubjectMeter];
  /** Makes the second meter (or the device that holds it) misbehave, or behave again. */
  setFault(fault: string | undefined): void;
  /** Closes driver and simulator. */
  close(): Promise<void>;
};

/** What is known of a driver; bounds in milliseconds, for a slow machine. */
export type Subject = {
  name: string;
  /** Fault modes by their names. */
  faults: readonly string[];
  /** Of these, the ones in which a relay acknowledges a command and stays, and is read back as it stands. */
  lies: readonly string[];
  /** Of these, the ones that other meters of the link suffer from as well: they may be refused meanwhile. */
  shared: readonly string[];
  /** Within this an outcome is there, however the meters of the link misbehave. */
  settleMs: number;
  /** Within this a search is over. */
  searchMs: number;
  start(): Promise<SubjectField>;
};
