/**
 * A command in its binary form, before it has a place in a batch.
 */
import type { EngineCommand } from "../contract/commands.ts";
import type { RecordBody } from "./input.ts";

/** What is wrong with a command, by place. */
export type Fault = { pointer: string; message: string };
/** A command ready for the batch: `slot` is the directory's index for a shard's command. */
export type CommandRecord = { kind: number; number: number; slot: number; body: RecordBody };
/** A command that was read, or what is wrong with it. */
export type CommandResult = { ok: true; record: CommandRecord } | { ok: false; faults: Fault[] };
/** A command by its name. */
export type Op<Name> = Extract<EngineCommand, { op: Name }>;

/** The record of an account's command. */
export function account(
  kind: number,
  command: { number: number; slot: number },
  bytes: number,
  put: (view: DataView) => void,
): CommandResult {
  return {
    ok: true,
    record: { kind, number: command.number, slot: command.slot, body: { bytes, put } },
  };
}

/** The record of a shard's command. */
export function directory(
  kind: number,
  number: number,
  index: number,
  body: RecordBody,
): CommandResult {
  return { ok: true, record: { kind, number, slot: index, body } };
}

/** A refusal of one place. */
export function fault(pointer: string, message: string): CommandResult {
  return { ok: false, faults: [{ pointer, message }] };
}

/** Puts bytes at a place of the record. */
export function putBytes(view: DataView, at: number, bytes: Uint8Array): void {
  new Uint8Array(view.buffer, view.byteOffset + at, bytes.length).set(bytes);
}

/** Puts an amount of micros or atoms, given as digits. */
export function putAmount(view: DataView, at: number, digits: string): void {
  view.setBigInt64(at, BigInt(digits), true);
}
