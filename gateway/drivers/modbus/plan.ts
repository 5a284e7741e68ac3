/**
 * Which requests a reading takes: as few as the device allows, no number in two halves, no gap that it would refuse.
 */
import type { ModbusDevice } from "../../devices/modbus-device.ts";
import { REGISTER_WORDS } from "../../devices/modbus-register.ts";
import type { ReadRequest } from "./calls.ts";

/** Bits of function codes 1 and 2 that a request may ask for, by the protocol. */
const REQUEST_BITS_MAX = 2_000;

/** What is wanted of one reading; billing is always part of it unless only the relay is asked. */
export type Wanted = { identity: boolean; billing: boolean; display: boolean; relay: boolean };

/** Joins ranges of one function code into blocks of at most `request_words`, over gaps of at most `gap_words`. */
export function planBlocks(
  ranges: readonly ReadRequest[],
  limits: { request_words: number; gap_words: number },
): ReadRequest[] {
  const blocks: ReadRequest[] = [];
  const sorted = [...ranges].sort(
    (one, other) => one.functionCode - other.functionCode || one.address - other.address,
  );
  for (const range of sorted) {
    const last = blocks.at(-1);
    const joined = last === undefined ? undefined : join(last, range, limits);
    if (joined === undefined) blocks.push({ ...range });
    else blocks[blocks.length - 1] = joined;
  }
  return blocks;
}

/** The requests of one reading, with the block that holds the identity first: nothing else is asked of a stranger. */
export function planRead(device: ModbusDevice, wanted: Wanted): ReadRequest[] {
  const identity = wanted.identity ? identityRange(device) : undefined;
  const ranges = [
    ...(identity === undefined ? [] : [identity]),
    ...(wanted.billing ? [billingRange(device)] : []),
    ...(wanted.display ? displayRanges(device) : []),
    ...(wanted.relay ? relayRanges(device) : []),
  ];
  const blocks = planBlocks(ranges, device.limits);
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

function displayRanges(device: ModbusDevice): ReadRequest[] {
  return device.display.map(rangeOf);
}

function relayRanges(device: ModbusDevice): ReadRequest[] {
  const relay = relayRange(device);
  const proof = proofRegister(device);
  return [
    ...(relay === undefined ? [] : [relay]),
    ...(proof === undefined ? [] : [rangeOf(proof)]),
  ];
}

function join(
  block: ReadRequest,
  range: ReadRequest,
  limits: { request_words: number; gap_words: number },
): ReadRequest | undefined {
  if (block.functionCode !== range.functionCode) return undefined;
  const gap = range.address - (block.address + block.count);
  if (gap > limits.gap_words) return undefined;
  const count = Math.max(block.count, range.address + range.count - block.address);
  const most = block.functionCode <= 2 ? REQUEST_BITS_MAX : limits.request_words;
  return count > most ? undefined : { ...block, count };
}
