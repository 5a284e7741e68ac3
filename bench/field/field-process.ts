/**
 * The process of the simulated field: all buses of the load, on loopback.
 */
import { clockFrom } from "../../engine/contract/clock.ts";
import { startStory } from "../../gateway/field/story-field.ts";
import { fieldStory } from "./layout.ts";
import type { BenchMeter, FromField, ToField } from "./messages.ts";

process.once("message", (message: ToField) => void run(message));
process.once("disconnect", () => process.exit(0));

async function run({ size }: ToField): Promise<void> {
  const story = fieldStory(size);
  const running = await startStory(story, clockFrom(undefined));
  const faulty = new Set(story.steps.map(({ meter }) => meter));
  const meters = running.meters.map(({ name, serial, service, driver, device, link, address }) => ({
    ...({ serial, service, driver, device, link, address } as Omit<BenchMeter, "healthy">),
    healthy: !faulty.has(name),
  }));
  process.send?.({ meters } satisfies FromField);
}
