/**
 * A field driver whose meters follow the law of the load: what the production gateway polls in place of a bus.
 */

import type { Driver, ReadOutcome, SupplyOrder } from "../../../gateway/drivers/driver.ts";
import type { RosterMeter } from "../../contract/roster.ts";
import { RELAY_ACTIONS } from "../../contract/supply.ts";
import { dueNumber, type LawStart, registerOf, SNAPSHOT_PACE, timeOf } from "./meter-law.ts";

/** Makes the driver. `resumed` settles when readings are wanted; at once while they are. */
export function makeLawDriver(start: LawStart, resumed: () => Promise<void>): Driver {
  const relays = new Map<string, "connected" | "disconnected">();
  const relayOf = (meter: RosterMeter) => relays.get(meter.meter_id) ?? "connected";
  return {
    read: async (meter): Promise<ReadOutcome> => {
      await resumed();
      const number = dueNumber(start, SNAPSHOT_PACE, Date.now());
      return {
        ok: true,
        registerAtoms: BigInt(registerOf(meter.slot, number)),
        atS: timeOf(start, SNAPSHOT_PACE, number),
        relay: relayOf(meter),
      };
    },
    act: async (meter, { action }: SupplyOrder) => {
      relays.set(meter.meter_id, action === "cut" ? "disconnected" : "connected");
      return { ok: true, relay: relayOf(meter) };
    },
    capabilities: () => ({ actions: RELAY_ACTIONS, clock: false }),
    discover: async function* () {},
    close: async () => {},
  };
}
