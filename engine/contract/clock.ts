/**
 * The installation's clock. In life it is the machine's; with a simulated field it may run faster, so that a month
 * passes while one watches. Only edges ask it: time enters the kernel as an input (architecture, "Ticks").
 */
import { readFileSync } from "node:fs";

/** Where a faster clock started: at wall time `wallMs` it showed `epochS`, and it runs `speed` times as fast. */
export type ClockAnchor = { wallMs: number; epochS: number; speed: number };

/** Tells the installation's time in whole epoch seconds. */
export type Clock = { nowS(): number; speed: number };

/** A clock from its anchor, or the machine's own. */
export function clockFrom(anchor: ClockAnchor | undefined): Clock {
  if (anchor === undefined) return { nowS: () => Math.floor(Date.now() / 1000), speed: 1 };
  const { wallMs, epochS, speed } = anchor;
  return { nowS: () => Math.floor(epochS + ((Date.now() - wallMs) / 1000) * speed), speed };
}

/** The name of the anchor's file in the data folder; absent when the clock is the machine's. */
export const CLOCK_FILE = "clock.json";

/** Reads the anchor that the launcher wrote, or undefined where there is none. */
export function readAnchor(path: string): ClockAnchor | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  const value = JSON.parse(text) as Partial<ClockAnchor>;
  const { wallMs, epochS, speed } = value;
  if (typeof wallMs !== "number" || typeof epochS !== "number" || typeof speed !== "number") {
    throw new Error(`${path} is no clock anchor: delete it to go back to the machine's clock`);
  }
  return { wallMs, epochS, speed };
}
