/**
 * How the M-Bus decoder says no. A bad telegram is a value, never an exception: the field sends anything.
 */

/** What is wrong with bytes that were to be a telegram. Callers switch on it; the message is for people. */
export type FaultCode =
  | "hex"
  | "empty"
  | "start"
  | "length"
  | "truncated"
  | "trailing"
  | "checksum"
  | "stop"
  | "no_data"
  | "direction"
  | "control_information"
  | "encrypted"
  | "key"
  | "header"
  | "data_information"
  | "value_information"
  | "record_truncated"
  | "records_bound";

/** One refusal: `offset` is the byte that it is about, counted from the first byte given. */
export type Fault = { code: FaultCode; offset: number; message: string };

/** A value, or the fault that stands in its place. */
export type Result<T> = { ok: true; value: T } | { ok: false; fault: Fault };

/** A refusal as a result. */
export function refuse(code: FaultCode, offset: number, message: string): Result<never> {
  return { ok: false, fault: { code, offset, message } };
}

/** A value as a result. */
export function accept<T>(value: T): Result<T> {
  return { ok: true, value };
}
