/**
 * Where a shard's state differs from a snapshot's.
 */
import {
  COLD_BASE,
  COLD_BYTES,
  HOT_BASE,
  HOT_BYTES,
  SLOTS_MAX,
} from "../../kernel-as/assembly/layout.ts";
import { stateExtents } from "../journal/extents.ts";
import type { StateRange } from "../journal/migrations/migration.ts";

/** The first byte that differs, in words; undefined when the states are the same. */
export function differenceIn(
  memory: WebAssembly.Memory,
  ranges: readonly StateRange[],
): string | undefined {
  const bytes = Buffer.from(memory.buffer);
  const saved = new Map(ranges.map(({ address, content }) => [address, content]));
  for (const { address, bytes: length } of stateExtents(memory)) {
    const content = saved.get(address);
    if (content === undefined || content.length !== length) return `in what lies at ${address}`;
    saved.delete(address);
    if (bytes.compare(content, 0, length, address, address + length) === 0) continue;
    const at = content.findIndex((byte, i) => byte !== bytes[address + i]);
    return placeOf(address + at);
  }
  const [left] = saved.keys();
  return left === undefined ? undefined : `in what lies at ${left}`;
}

function placeOf(address: number): string {
  for (const [name, base, size] of [
    ["first", HOT_BASE, HOT_BYTES],
    ["second", COLD_BASE, COLD_BYTES],
  ] as const) {
    const slot = Math.floor((address - base) / size);
    if (slot >= 0 && slot < SLOTS_MAX)
      return `in byte ${(address - base) % size} of the ${name} part of slot ${slot}`;
  }
  return `at ${address}`;
}
