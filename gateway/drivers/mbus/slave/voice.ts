/**
 * Puts what simulated meters answer on a wire, at the pace of their faults.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { createAssembler } from "../link/assembler.ts";
import type { SlaveBus } from "./bus.ts";
import type { Delivery } from "./faults.ts";

/** How slow the faults `late` and `dribble` are. */
export type Slowness = { lateMs: number; dribbleMs: number };

/** Where answers go. */
export type Wire = {
  write(bytes: Uint8Array): void;
  /** Whether the wire is still there. */
  open(): boolean;
  /** Breaks the connection, where there is one. */
  reset(): void;
};

/** Takes the pieces that a master sends, in order, and answers on the wire. */
export function createVoice(
  bus: SlaveBus,
  slow: Slowness,
  wire: Wire,
): (piece: Uint8Array) => void {
  const assembler = createAssembler();
  return (piece) => {
    const frame = assembler.push(piece);
    if (frame === undefined) return;
    assembler.reset();
    if (frame.ok) void put(wire, bus.hear(frame.value), slow);
  };
}

async function put(wire: Wire, delivery: Delivery, slow: Slowness): Promise<void> {
  if (delivery.kind === "none") return;
  if (delivery.kind === "reset") return wire.reset();
  const { bytes, pace } = delivery;
  if (pace === "late") await sleep(slow.lateMs, undefined, { ref: false });
  if (pace !== "dribble") return wire.open() ? wire.write(bytes) : undefined;
  for (const byte of bytes) {
    if (!wire.open()) return;
    wire.write(Uint8Array.of(byte));
    await sleep(slow.dribbleMs, undefined, { ref: false });
  }
}
