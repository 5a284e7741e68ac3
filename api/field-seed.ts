/**
 * Keeps the registry in step with the simulated field's plan.
 */
import type { NatsConnection } from "@nats-io/transport-node";
import type { Settings } from "../engine/contract/settings-schema.ts";
import { planSince, writeIdentity } from "./field-plan.ts";
import { announceRoster } from "./registry/roster-service.ts";
import { type SeedParts, seedFromPlan } from "./registry/seed/seed.ts";

/** Looks for a new plan and registers it. */
export type FieldSeed = {
  look(): Promise<void>;
  /** Whether there is no field, or its plan was registered and brought to the engine since this start. */
  isDone(): boolean;
};

/** Makes it; with `field` off there is nothing to look for. */
export function makeFieldSeed(
  { data, field }: Settings,
  parts: SeedParts,
  nats: NatsConnection,
): FieldSeed {
  let takenMs: number | undefined;
  let done = field === "off";
  return {
    isDone: () => done,
    look: async () => {
      if (field === "off") return;
      const plan = planSince(data, takenMs);
      if (plan === undefined) return;
      const seeded = await seedFromPlan(parts, plan.meters);
      for (const gateway of seeded.gateways) {
        writeIdentity(data, gateway);
        if (gateway.changed) announceRoster(nats, gateway.number, gateway.rosterVersion);
      }
      if (!seeded.delivered) return;
      takenMs = plan.writtenMs;
      done = true;
    },
  };
}
