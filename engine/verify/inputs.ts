/**
 * The commands in a journalled batch, by their place in it.
 */
import {
  CODE_ACCOUNT_UNKNOWN,
  CODE_APPLIED,
  CODE_REFUSED,
  COMMAND_NUMBER,
  COMMAND_SLOT,
  KIND_ACTIVATE_EMERGENCY,
  KIND_OPEN_ACCOUNT,
  KIND_SET_PRICE_LIST,
  RECORD_BYTES,
  RECORD_HEADER_BYTES,
  RECORD_KIND,
} from "../../kernel-as/assembly/layout.ts";

/** A command: `slot` is undefined for one of the shard. */
export type BatchCommand = {
  index: number;
  kind: number;
  number: number;
  slot: number | undefined;
};

/** All commands of a batch. */
export function commandsIn(payload: Uint8Array): BatchCommand[] {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const commands: BatchCommand[] = [];
  let index = 0;
  for (let at = 0; at + RECORD_HEADER_BYTES <= payload.length; index++) {
    const kind = view.getUint16(at + RECORD_KIND, true);
    if (kind >= KIND_OPEN_ACCOUNT) {
      const ofShard = kind >= KIND_SET_PRICE_LIST && kind < KIND_ACTIVATE_EMERGENCY;
      const slot = ofShard ? undefined : view.getUint32(at + COMMAND_SLOT, true);
      commands.push({ index, kind, number: view.getUint32(at + COMMAND_NUMBER, true), slot });
    }
    const bytes = view.getUint32(at + RECORD_BYTES, true);
    if (bytes < RECORD_HEADER_BYTES)
      throw new Error("a journalled batch has a record of no length");
    at += bytes;
  }
  return commands;
}

/** Whether a command with this result took its number, or repeated one that had. */
export function isNumberTaken(code: number): boolean {
  return code === CODE_APPLIED || (code >= CODE_REFUSED && code !== CODE_ACCOUNT_UNKNOWN);
}
