/**
 * One look at a meter within one exchange: who it is, what its register shows, how its relay stands.
 */
import type { ModbusDevice } from "../../devices/modbus-device.ts";
import type { DisplayRegister } from "../../devices/modbus-register.ts";
import type { RelayState } from "../driver.ts";
import type { ReadRequest } from "./calls.ts";
import {
  decodeAtoms,
  decodeDisplay,
  decodeRelay,
  decodeSerial,
  type Unreadable,
} from "./decode.ts";
import type { Session } from "./link.ts";
import {
  billingRange,
  covers,
  identityRange,
  planRead,
  proofRegister,
  rangeOf,
  relayRange,
  type Wanted,
} from "./plan.ts";

/** What a meter showed; `serial` only where it was asked for and the model tells one. */
export type Seen = {
  ok: true;
  serial?: string;
  atoms?: bigint;
  relay: RelayState;
  display: { quantity: DisplayRegister["quantity"]; value: number | undefined }[];
};

/** Judges a serial number as soon as it is read; a refusal ends the look before anything else is asked. */
export type Judge = (serial: string) => Unreadable | undefined;

/** Looks at a meter: reads the planned blocks in order, the identity first, and decodes what they hold. */
export async function lookAt(
  session: Session,
  device: ModbusDevice,
  wanted: Wanted,
  judge: Judge,
): Promise<Seen | Unreadable> {
  const held: { block: ReadRequest; words: number[] }[] = [];
  const seen: Seen = { ok: true, relay: "none", display: [] };
  const identity = wanted.identity ? identityRange(device) : undefined;
  for (const block of planRead(device, wanted)) {
    const reply = await session.read(block);
    if (!reply.ok) return { ok: false, fault: reply.fault, message: reply.message };
    held.push({ block, words: reply.words });
    if (held.length > 1 || identity === undefined || device.identity.rule !== "serial") continue;
    const serial = decodeSerial(cut(held, identity), device.identity);
    if (!serial.ok) return serial;
    const verdict = judge(serial.serial);
    if (verdict !== undefined) return verdict;
    seen.serial = serial.serial;
  }
  return decodeAll(seen, device, wanted, (range) => cut(held, range));
}

function decodeAll(
  seen: Seen,
  device: ModbusDevice,
  wanted: Wanted,
  words: (range: ReadRequest) => number[],
): Seen | Unreadable {
  if (wanted.billing) {
    const atoms = decodeAtoms(words(billingRange(device)), device.billing);
    if (!atoms.ok) return atoms;
    seen.atoms = atoms.atoms;
  }
  if (wanted.display) {
    for (const register of device.display) {
      const value = decodeDisplay(words(rangeOf(register)), register);
      seen.display.push({ quantity: register.quantity, value });
    }
  }
  if (!wanted.relay || device.relay === undefined) return seen;
  const relay = relayState(device, words);
  if (!relay.ok) return relay;
  return { ...seen, relay: relay.relay };
}

/** The relay by its read-back, and by the power that still flows where the read-back is only what the meter was told. */
function relayState(device: ModbusDevice, words: (range: ReadRequest) => number[]) {
  const range = relayRange(device);
  if (range === undefined || device.relay === undefined) throw new Error("asked for no relay");
  const told = decodeRelay(words(range), device.relay);
  const proof = proofRegister(device);
  if (!told.ok || told.relay === "connected" || proof === undefined) return told;
  const powerW = decodeDisplay(words(rangeOf(proof)), proof);
  const flows = powerW !== undefined && Math.abs(powerW) > (device.relay.idle_power_w ?? 0);
  return flows ? { ok: true as const, relay: "connected" as const } : told;
}

function cut(
  held: readonly { block: ReadRequest; words: number[] }[],
  range: ReadRequest,
): number[] {
  const holder = held.find(({ block }) => covers(block, range));
  if (holder === undefined) throw new Error("every range of a plan lies in one block");
  const from = range.address - holder.block.address;
  return holder.words.slice(from, from + range.count);
}
