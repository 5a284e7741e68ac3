/**
 * A bus over wires of memory, for what takes a whole bus: searches run at once, in a time of their own.
 */
import type { MbusBus } from "../bus.ts";
import { createSlaveBus, type SlaveBus } from "../slave/bus.ts";
import type { SlaveMeter } from "../slave/meter.ts";
import { createMemoryWire, type MemoryWire } from "./wire.ts";

/** A bus of simulated meters, its wires to look at, and the meters' side to spoil. */
export function memoryBus(meters: readonly SlaveMeter[]): {
  bus: MbusBus;
  wire: MemoryWire;
  slaves: SlaveBus;
} {
  const slaves = createSlaveBus(meters);
  const wire = createMemoryWire(slaves);
  return { slaves, wire, bus: { run: async (begin) => wire.run(begin), close: async () => {} } };
}
