/**
 * A master and simulated meters on wires of memory: transactions run at once, in a time of their own.
 */
import { parseFrame } from "../decode/frame.ts";
import { formatHex } from "../decode/hex.ts";
import { beginTalk, type Talk } from "../link/ask.ts";
import { BUS_BOUNDS } from "../link/bounds.ts";
import type { Reply, Step, StepOutcome, Transaction } from "../link/steps.ts";
import type { SlaveBus } from "../slave/bus.ts";
import type { Delivery } from "../slave/faults.ts";

/** Runs transactions against a bus; `sent` is all that the master has put on the wire, as hexadecimal. */
export type MemoryWire = {
  run<T>(begin: (talk: Talk) => Transaction<T>): T;
  sent: string[];
  /** What the next asks hear in place of the bus, in order. */
  script: (Uint8Array | "silence")[];
  /** The rate that the master drives the wires at. */
  baud(): number;
};

/** Wires to these meters; `fixed` ones are behind a converter that keeps its rate. */
export function createMemoryWire(bus: SlaveBus, { fixed = false } = {}): MemoryWire {
  let baud = 2_400;
  const sent: string[] = [];
  const script: MemoryWire["script"] = [];
  let nowMs = 0;

  const hear = (bytes: Uint8Array): Delivery => {
    const frame = parseFrame(bytes);
    if (!frame.ok) throw new Error(`the master sent no frame: ${frame.fault.message}`);
    return bus.hear(frame.value, baud);
  };
  const ask = (bytes: Uint8Array, waitMs: number): StepOutcome => {
    sent.push(formatHex(bytes));
    const next = script.shift();
    const delivery = hear(bytes);
    if (next !== undefined) return next === "silence" ? silent(waitMs) : received(next);
    if (delivery.kind === "reset") return { got: "lost", message: "reset" };
    if (delivery.kind === "none" || delivery.pace === "late") return silent(waitMs);
    return received(delivery.bytes);
  };
  const silent = (waitMs: number): StepOutcome => {
    nowMs += waitMs;
    return { got: "silence" };
  };
  const received = (bytes: Uint8Array): StepOutcome => {
    nowMs += 10;
    const frame = parseFrame(bytes);
    return frame.ok ? { got: "frame", frame: frame.value } : { got: "noise", fault: frame.fault };
  };
  const perform = (step: Step): Reply => {
    if (step.do === "ask") return { ...ask(step.bytes, step.waitMs), nowMs };
    if (step.do === "baud") {
      if (fixed) return { got: "lost", message: "the converter keeps its rate", nowMs };
      baud = step.baud;
      return { got: "done", nowMs };
    }
    nowMs += step.quietMs;
    return { got: "done", nowMs };
  };

  return {
    sent,
    script,
    baud: () => baud,
    run(begin) {
      const transaction = begin(beginTalk(BUS_BOUNDS, nowMs));
      let next = transaction.next();
      while (next.done !== true) next = transaction.next(perform(next.value));
      return next.value;
    },
  };
}
