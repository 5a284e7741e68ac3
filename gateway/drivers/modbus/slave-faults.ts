/**
 * Ways in which a simulated unit can misbehave, set for each unit while the slave runs.
 */

/** One misbehaviour; each lasts until it is cleared. */
export type SlaveFault =
  /** Never answers. */
  | { kind: "silent" }
  /** Answers everything with a Modbus exception. */
  | { kind: "exception"; code: number }
  /** Answers under another unit's address, with that unit's values where the slave serves it. */
  | { kind: "wrong_unit"; unit: number }
  /** Answers with another transaction number. */
  | { kind: "wrong_transaction" }
  /** Answers after `delayMs`. */
  | { kind: "late"; delayMs: number }
  /** Sends bytes that are no Modbus. */
  | { kind: "garbage" }
  /** Answers with a length in the header that is larger than what follows. */
  | { kind: "false_length" }
  /** Answers with a last byte that does not fit: a wrong check sum on RTU, another value on Modbus TCP, which has none. */
  | { kind: "bad_crc" }
  /** Answers everything twice, as some converters do. */
  | { kind: "twice" }
  /** Answers with one register fewer than asked for. */
  | { kind: "short" }
  /** Closes the connection with a reset. */
  | { kind: "reset" }
  /** Refuses to read across registers without meaning, whatever its device file says. */
  | { kind: "no_gaps" }
  /** Acknowledges writes and moves nothing. */
  | { kind: "lying_relay"; told?: boolean }
  /** Carries out a write and repeats other values than were written. */
  | { kind: "wrong_echo" }
  /** Tells another serial number: somebody exchanged the meter. */
  | { kind: "wrong_serial"; serial: string }
  /** Holds all ones in the billing register. */
  | { kind: "not_available" };

/** The faults of a slave, by unit. */
export type SlaveFaults = {
  /** Makes a unit misbehave, or behave again. */
  set(unit: number, fault: SlaveFault | undefined): void;
  /** What a unit does wrong now. */
  get(unit: number): SlaveFault | undefined;
  /** Makes all units behave again. */
  clear(): void;
};

/** A slave's faults; units that the slave does not serve are a mistake of the caller. */
export function createFaults(units: ReadonlySet<number>): SlaveFaults {
  const faults = new Map<number, SlaveFault>();
  return {
    set(unit, fault) {
      if (!units.has(unit)) throw new Error(`this slave has no unit ${unit}`);
      if (fault === undefined) faults.delete(unit);
      else faults.set(unit, { ...fault });
    },
    get: (unit) => faults.get(unit),
    clear: () => faults.clear(),
  };
}
