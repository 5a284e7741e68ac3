/**
 * Simulated meters at the far end of a serial line.
 */
import type { SerialLink } from "../../../../engine/contract/link.ts";
import { serialWay } from "../link/serial-way.ts";
import { createSlaveBus } from "./bus.ts";
import type { SlaveFault } from "./faults.ts";
import type { SlaveMeter } from "./meter.ts";
import { createVoice, type Slowness } from "./voice.ts";

/** A running bus of simulated meters on a serial line. */
export type MbusSerialSlave = {
  /** Gives the meter with this id a fault mode; undefined heals it. */
  setFault(id: string, fault: SlaveFault | undefined): void;
  close(): void;
};

/** Opens the line and answers on it; rejects where it cannot be opened. The fault `reset` only keeps silent here. */
export async function createMbusSerialSlave(
  line: SerialLink,
  meters: readonly SlaveMeter[],
  slow: Slowness = { lateMs: 3_000, dribbleMs: 20 },
): Promise<MbusSerialSlave> {
  const bus = createSlaveBus(meters);
  let open = true;
  let voice: (piece: Uint8Array) => void = () => {};
  const lost = (): void => {
    open = false;
  };
  const events = { data: (piece: Uint8Array) => voice(piece), lost };
  const way = await serialWay(line).open(events, new AbortController().signal);
  if (typeof way === "string") throw new Error(way);
  voice = createVoice(bus, slow, { write: way.write, open: () => open, reset: () => {} });
  return {
    setFault: bus.setFault,
    close() {
      lost();
      way.close();
    },
  };
}
