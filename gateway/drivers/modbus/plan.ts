/**
 * Which requests a reading takes: as few as the device allows, no number in two halves, no gap that it would refuse.
 */
import { CLOCK_WORDS } from "../../devices/modbus-clock.ts";
import type { ModbusDevice } from "../../devices/modbus-device.ts";
import { REGISTER_WORDS } from "../../devices/modbus-register.ts";
import type { ReadRequest } from "./calls.ts";

/** Bits of function codes 1 and 2 that a request may ask for, by the protocol. */
const REQUEST_BITS_MAX = 2_000;

/**
 * What a device allows of one request: its length, the registers without meaning that it may span, and whether ranges may
 * be joined at all.
 */
export type BlockLimits = { request_words: number; gap_words: number; separate?: boolean };

/** What is wanted of one reading; billing is always part of it unless only the relay is asked. */
export type Wanted = { identity: boolean; billing: boolean; display: boolean; relay: boolean };

/** Joins ranges of one function code into blocks of at most `request_words`, over gaps of at most `gap_words`. */
export function planBlocks(ranges: readonly ReadRequest[], limits: BlockLimits): ReadRequest[] {
  const blocks: ReadRequest[] = [];
  const sorted = [...ranges].sort(
    (one, other) => one.functionCode - other.functionCode || one.address - other.address,
  );
  for (const range of sorted) {
    const last = blocks.at(-1);
    const joined =
      last === undefined || apart(last, range, limits) ? undefined : join(last, range, limits);
    if (joined === undefined) blocks.push({ ...range });
    else blocks[blocks.length - 1] = joined;
  }
  return blocks;
}

/** The requests of one reading, with the block that holds the identity first: nothing else is asked of a stranger. */
export function planRead(
  device: ModbusDevice,
  wanted: Wanted,
  limits: BlockLimits = device.limits,
): ReadRequest[] {
  const identity = wanted.identity ? identityRange(device) : undefined;
  const ranges = [
    ...(identity === undefined ? [] : [identity]),
    ...(wanted.billing ? [billingRange(device)] : []),
    ...(wanted.display ? displayRanges(device) : []),
    ...(wanted.relay ? relayRanges(device) : []),
  ];
  const blocks = planBlocks(ranges, limits);
  if (identity === undefined) return blocks;
  return blocks.sort(
    (one, other) => Number(covers(other, identity)) - Number(covers(one, identity)),
  );
}

/** Whether a block holds the whole of a range. */
export function covers(block: ReadRequest, range: ReadRequest): boolean {
  return (
    block.functionCode === range.functionCode &&
    block.address <= range.address &&
    range.address + range.count <= block.address + block.count
  );
}

/** Where the serial number is, if anywhere. */
export function identityRange(device: ModbusDevice): ReadRequest | undefined {
  const { identity } = device;
  if (identity.rule !== "serial") return undefined;
  return { functionCode: identity.function_code, address: identity.address, count: identity.words };
}

/** Where the billing register is. */
export function billingRange(device: ModbusDevice): ReadRequest {
  return rangeOf(device.billing);
}

/** Where a register is. */
export function rangeOf(
  register: ModbusDevice["display"][number] | ModbusDevice["billing"],
): ReadRequest {
  const { function_code, address, type } = register;
  return { functionCode: function_code, address, count: REGISTER_WORDS[type] };
}

/** Where the relay's state is read, if it has one. */
export function relayRange(device: ModbusDevice): ReadRequest | undefined {
  const readBack = device.relay?.read_back;
  if (readBack === undefined) return undefined;
  return {
    functionCode: readBack.function_code,
    address: readBack.address,
    count: readBack.mask.length,
  };
}

/** The power register that can contradict a relay's read-back, where the device file asks for that. */
export function proofRegister(device: ModbusDevice): ModbusDevice["display"][number] | undefined {
  if (device.relay?.proof !== "command" || device.relay.idle_power_w === undefined)
    return undefined;
  return device.display.find((register) => register.quantity === "power");
}

/** Where the limit is read back, if there is one. */
export function limitRange(device: ModbusDevice): ReadRequest | undefined {
  const { limit } = device;
  if (limit === undefined) return undefined;
  const { function_code, address } = limit.read_back;
  return { functionCode: function_code, address, count: REGISTER_WORDS[limit.type] };
}

/** Where the clock is, if it is told. */
export function clockRange(device: ModbusDevice): ReadRequest | undefined {
  const { clock } = device;
  if (clock === undefined) return undefined;
  return {
    functionCode: clock.function_code,
    address: clock.address,
    count: CLOCK_WORDS[clock.kind],
  };
}

/**
 * What is left to try when a device refused a block that joins several ranges: first without gaps, then each range by
 * itself. Undefined when nothing is left.
 */
export function narrower(limits: BlockLimits): BlockLimits | undefined {
  if (limits.separate === true) return undefined;
  return limits.gap_words > 0 ? { ...limits, gap_words: 0 } : { ...limits, separate: true };
}

function displayRanges(device: ModbusDevice): ReadRequest[] {
  return device.display.map(rangeOf);
}

function relayRanges(device: ModbusDevice): ReadRequest[] {
  const relay = relayRange(device);
  const limit = limitRange(device);
  const proof = proofRegister(device);
  return [
    ...(limit === undefined ? [] : [limit]),
    ...(relay === undefined ? [] : [relay]),
    ...(proof === undefined ? [] : [rangeOf(proof)]),
  ];
}

/** Ranges that may not be joined: all, where the device wants them one by one, but for those that overlap. */
function apart(last: ReadRequest, range: ReadRequest, limits: BlockLimits): boolean {
  return limits.separate === true && !covers(last, range);
}

function join(
  block: ReadRequest,
  range: ReadRequest,
  limits: BlockLimits,
): ReadRequest | undefined {
  if (block.functionCode !== range.functionCode) return undefined;
  const gap = range.address - (block.address + block.count);
  if (gap > limits.gap_words) return undefined;
  const count = Math.max(block.count, range.address + range.count - block.address);
  const most = block.functionCode <= 2 ? REQUEST_BITS_MAX : limits.request_words;
  return count > most ? undefined : { ...block, count };
}
