/**
 * One look at a meter within one exchange: who it is, what its register shows, how its relay and limit stand, what its
 * clock says.
 */
import type { ModbusDevice } from "../../devices/modbus-device.ts";
import type { DisplayRegister } from "../../devices/modbus-register.ts";
import type { RelayState } from "../driver.ts";
import type { ReadRequest } from "./calls.ts";
import { decodeClock } from "./clock.ts";
import {
  decodeAtoms,
  decodeDisplay,
  decodeRelay,
  decodeSerial,
  type Unreadable,
} from "./decode.ts";
import { limitShown } from "./limit.ts";
import type { Session } from "./link.ts";
import {
  type BlockLimits,
  billingRange,
  clockRange,
  covers,
  identityRange,
  limitRange,
  narrower,
  planRead,
  proofRegister,
  rangeOf,
  relayRange,
  type Wanted,
} from "./plan.ts";

/** What a meter showed; `serial` only where it was asked for and the model tells one, `limit` the raw limit in force. */
export type Seen = {
  ok: true;
  serial?: string;
  atoms?: bigint;
  relay: RelayState;
  limit?: bigint;
  display: { quantity: DisplayRegister["quantity"]; value: number | undefined }[];
};

/** Judges a serial number as soon as it is read; a refusal ends the look before anything else is asked. */
export type Judge = (serial: string) => Unreadable | undefined;

/** What to look for. `limits` are narrowed in place when the device refuses blocks that its file allows. */
export type Look = { wanted: Wanted; judge: Judge; limits: BlockLimits };

/** Exceptions with which devices refuse a block for where or how long it is. */
const REFUSED_BLOCK: ReadonlySet<number> = new Set([2, 3]);

type Held = { block: ReadRequest; words: number[] };

/** Looks at a meter: reads the planned blocks in order, the identity first, and decodes what they hold. */
export async function lookAt(
  session: Session,
  device: ModbusDevice,
  look: Look,
): Promise<Seen | Unreadable> {
  for (;;) {
    const seen = await lookOnce(session, device, look);
    if (seen.ok || !("refusedBlock" in seen)) return seen;
    const limits = isJoined(seen.refusedBlock, device, look) ? narrower(look.limits) : undefined;
    if (limits === undefined) return { ok: false, fault: seen.fault, message: seen.message };
    Object.assign(look.limits, limits);
  }
}

/** The meter's clock in seconds since 1970, read by itself: undefined where the meter has none to tell. */
export async function lookAtClock(
  session: Session,
  device: ModbusDevice,
): Promise<number | undefined> {
  const range = clockRange(device);
  if (range === undefined || device.clock === undefined) return undefined;
  const reply = await session.read(range);
  return reply.ok ? decodeClock(reply.words, device.clock) : undefined;
}

type Refused = Unreadable & { refusedBlock: ReadRequest };

async function lookOnce(
  session: Session,
  device: ModbusDevice,
  { wanted, judge, limits }: Look,
): Promise<Seen | Unreadable | Refused> {
  const held: Held[] = [];
  const seen: Seen = { ok: true, relay: "none", display: [] };
  const identity = wanted.identity ? identityRange(device) : undefined;
  for (const block of planRead(device, wanted, limits)) {
    const reply = await session.read(block);
    if (!reply.ok) {
      const { fault, message, exception = 0 } = reply;
      const refused = { ok: false, fault, message } as const;
      return REFUSED_BLOCK.has(exception) ? { ...refused, refusedBlock: block } : refused;
    }
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

/** Whether a block holds more than one range: then the device may give in parts what it refuses whole. */
function isJoined(block: ReadRequest, device: ModbusDevice, { wanted }: Look): boolean {
  const parts = planRead(device, wanted, { ...device.limits, separate: true });
  return parts.filter((part) => covers(block, part)).length > 1;
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
  if (!wanted.relay) return seen;
  const relay = relayState(device, words);
  if (!relay.ok) return relay;
  const range = limitRange(device);
  const limit =
    range === undefined || device.limit === undefined
      ? undefined
      : limitShown(words(range), device.limit);
  if (device.relay === undefined && device.limit === undefined) return seen;
  if (limit === undefined) return { ...seen, relay: relay.relay };
  return { ...seen, limit, relay: relay.relay === "connected" ? "limited" : relay.relay };
}

/** The relay by its read-back, and by the power that still flows where the read-back is only what the meter was told. */
function relayState(device: ModbusDevice, words: (range: ReadRequest) => number[]) {
  const range = relayRange(device);
  if (range === undefined || device.relay === undefined) {
    return { ok: true as const, relay: "connected" as const };
  }
  const told = decodeRelay(words(range), device.relay);
  const proof = proofRegister(device);
  if (!told.ok || told.relay === "connected" || proof === undefined) return told;
  const powerW = decodeDisplay(words(rangeOf(proof)), proof);
  const flows = powerW !== undefined && Math.abs(powerW) > (device.relay.idle_power_w ?? 0);
  return flows ? { ok: true as const, relay: "connected" as const } : told;
}

function cut(held: readonly Held[], range: ReadRequest): number[] {
  const holder = held.find(({ block }) => covers(block, range));
  if (holder === undefined) throw new Error("every range of a plan lies in one block");
  const from = range.address - holder.block.address;
  return holder.words.slice(from, from + range.count);
}
