/**
 * A simulated meter: its register follows its home's consumption on the installation's clock while the relay is closed.
 */
import assert from "node:assert/strict";
import { z } from "zod";
import type { Clock } from "../../engine/contract/clock.ts";
import { atomsBetween, atomsPerHour } from "./consumption.ts";
import type { FieldMeter } from "./meter.ts";
import type { Home } from "./profile.ts";

/** What outlives a restart: the register at a time, and the relay since then (null: it has none). */
export const meterState = z.object({
  serial: z.string().regex(/^\d{8}$/),
  atoms: z.string().regex(/^\d{1,16}$/),
  at_s: z.int().nonnegative(),
  closed: z.boolean().nullable(),
});
/** State of one simulated meter. */
export type MeterState = z.infer<typeof meterState>;

/** A meter as the slaves see it, with its state for the state file. */
export type SimulatedMeter = FieldMeter & { state(): MeterState };

/** Makes the meter; it goes on from `from`, and calls `onMoved` when its relay was moved. */
export function simulateMeter(
  home: Home,
  from: MeterState,
  clock: Clock,
  onMoved: () => void,
): SimulatedMeter {
  let atoms = BigInt(from.atoms);
  let atS = from.at_s;
  let closed = from.closed;
  const advance = (): void => {
    const nowS = clock.nowS();
    if (nowS <= atS) return;
    const used = closed === false ? 0 : atomsBetween(home, atS, nowS);
    assert(used >= 0, "consumption never runs back");
    atoms += BigInt(used);
    atS = nowS;
  };
  return {
    serial: from.serial,
    service: home.service,
    registerAtoms: () => {
      advance();
      return atoms;
    },
    flow: () => {
      if (closed === false) return 0;
      const perHour = atomsPerHour(home, clock.nowS());
      return Math.round(home.service === "water" ? perHour / 1_000 : perHour);
    },
    relayClosed: () => closed ?? undefined,
    moveRelay: (wanted) => {
      if (closed === null || closed === wanted) return;
      advance();
      closed = wanted;
      onMoved();
    },
    state: () => {
      advance();
      return { serial: from.serial, atoms: atoms.toString(), at_s: atS, closed };
    },
  };
}
