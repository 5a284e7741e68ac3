/**
 * What an importer finds in a file: readings of cumulative registers, each with the line that it comes from, and the lines
 * that are none. A bad line never takes another one with it.
 */
import type { Quality } from "../../engine/contract/frame.ts";
import type { Atom } from "../../engine/contract/services.ts";

/** Longest file that is read. */
export const INTAKE_BYTES_MAX = 256 * 1024 * 1024;
/** Most faults that are kept of one file; more are only counted. */
export const INTAKE_FAULTS_MAX = 10_000;
/** Most readings of one file. */
export const INTAKE_READINGS_MAX = 5_000_000;

/** One reading: a register in atoms at a time. `meterId` is the file's name for the register. */
export type IntakeReading = {
  line: number;
  meterId: string;
  atom: Atom;
  registerAtoms: bigint;
  atS: number;
  quality: Quality;
};
/** What is wrong with a line. */
export type IntakeFault = { line: number; message: string };
/** One register of the file: `advanceAtoms` is what it counts from its first to its last moment. */
export type IntakeMeter = {
  meterId: string;
  atom: Atom;
  advanceAtoms: bigint;
  readings: number;
  estimated: number;
  /** Intervals that the file says were not measured. */
  missing: number;
};
/** All of a file. Readings of one meter are in the order of their times where the format gives intervals. */
export type IntakeFound = {
  readings: IntakeReading[];
  faults: IntakeFault[];
  meters: IntakeMeter[];
  /** What is in the file and is no register that can be sold, such as volts. */
  passedOver: string[];
};

/** Nothing found, to be added to. */
export function nothingFound(): IntakeFound {
  return { readings: [], faults: [], meters: [], passedOver: [] };
}

/** Notes a fault, within its bound. */
export function addFault(found: IntakeFound, line: number, message: string): void {
  if (found.faults.length < INTAKE_FAULTS_MAX) found.faults.push({ line, message });
}
