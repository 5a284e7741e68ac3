/**
 * The relay or valve of a meter over M-Bus. The standard has a field for it, "remote control" (VIF FD 1F), and leaves its
 * values to the maker; a device file names them. One record is both: sent by SND_UD (CI 51) it is the command, in the
 * next readout it is the state.
 */
import { RELAY_ACTIONS, type RelayAction } from "../../../engine/contract/supply.ts";
import type { RelayState } from "../driver.ts";
import { cursorOver } from "./decode/cursor.ts";
import { type DataRecord, readRecords } from "./decode/records.ts";
import { binaryField } from "./encode/fields.ts";

/** A record of a relay: DIF and VIF as hexadecimal text, and its values. DIF is 01 to 04, a binary of so many bytes. */
type RelayRecord = { dif: string; vif: string; cut: number; restore: number };
/** How a relay is moved, and, where that is not by the same record, how its state is told. */
export type RelayCoding = RelayRecord & { read_back?: RelayRecord | undefined };

/** `01 FD 1F vv`, vv = 00 to open the relay or close the valve and 01 for the reverse: what our simulated meters speak. */
export const STANDARD_RELAY: RelayCoding = { dif: "01", vif: "FD1F", cut: 0, restore: 1 };

const BINARY_BYTES_MAX = 4;

/** The record that asks for an action, or reports that its state is reached. */
export function relayRecord(relay: RelayRecord, action: RelayAction): Uint8Array {
  const head = Buffer.from(relay.dif + relay.vif, "hex");
  const bytes = Math.min((head[0] ?? 0) & 0x0f, BINARY_BYTES_MAX);
  return Uint8Array.of(...head, ...binaryField(BigInt(relay[action]), bytes));
}

/** The action that received data ask for, or undefined where they are not exactly its record. */
export function relayActionIn(data: Uint8Array, relay: RelayCoding): RelayAction | undefined {
  return RELAY_ACTIONS.find((action) => Buffer.from(data).equals(relayRecord(relay, action)));
}

/**
 * The relay's state in a readout. `none` where no record tells one; undefined where one does, with a value that is
 * neither, as of a valve on its way.
 */
export function relayStateOf(
  records: readonly DataRecord[],
  relay: RelayCoding,
): RelayState | undefined {
  const told = relay.read_back ?? relay;
  const [like] = recordsOf(relayRecord(told, "cut"));
  const found = records.find((record) => like !== undefined && isSameRegister(record, like));
  if (found === undefined) return "none";
  if (found.value.kind !== "number") return undefined;
  const [cut, restore] = [told.cut, told.restore].map(BigInt);
  if (found.value.number.digits === cut) return "disconnected";
  return found.value.number.digits === restore ? "connected" : undefined;
}

function recordsOf(bytes: Uint8Array): DataRecord[] {
  const records = readRecords(cursorOver(bytes, 0, "lowest_first"));
  return records.ok ? records.value : [];
}

function isSameRegister(one: DataRecord, other: DataRecord): boolean {
  return (
    one.quantity === other.quantity &&
    one.function === other.function &&
    one.storage === other.storage &&
    one.tariff === other.tariff &&
    one.subunit === other.subunit &&
    one.qualifiers.join() === other.qualifiers.join()
  );
}
