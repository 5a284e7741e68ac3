/**
 * What is wrong with a price list, and where.
 */
import { FAULTS_MAX } from "./limits.ts";

/** One fault: its RFC 6901 JSON pointer and one line that says what is wrong and how to mend it. */
export type PriceListFault = { pointer: string; message: string };

const SHOWN_MAX = 40;

/** The pointer of a member or an element under a pointer. */
export function under(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Adds a fault; the one that fills the list to FAULTS_MAX says that there are more, and further ones are left out. */
export function report(faults: PriceListFault[], pointer: string, message: string): void {
  if (faults.length >= FAULTS_MAX) return;
  if (faults.length === FAULTS_MAX - 1) {
    faults.push({ pointer: "", message: "has more faults than are listed: mend these first" });
    return;
  }
  faults.push({ pointer, message });
}

/** A wrong value as a message quotes it: as JSON, cut where it is long. */
export function shown(value: unknown): string {
  if (typeof value === "object" && value !== null)
    return Array.isArray(value) ? "a list" : "an object";
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX)}…`;
}
