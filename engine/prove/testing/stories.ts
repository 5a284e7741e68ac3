/**
 * Stories as fast-check has its values: made from its random numbers, shortened by leaving steps out.
 */
import fc from "fast-check";
import { tellToModel } from "../prove.ts";
import { offsetsOf, renumbered } from "../shorten.ts";
import type { Story } from "../story.ts";

const SEED_MAX = 0x7fff_ffff;

/** Whole stories; a shorter one keeps its commands in their turn. */
export function stories(): fc.Arbitrary<Story> {
  return new Stories();
}

class Stories extends fc.Arbitrary<Story> {
  override generate(random: fc.Random): fc.Value<Story> {
    const seed = random.nextInt(0, SEED_MAX);
    return new fc.Value(tellToModel(seed, 0).story, undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Story {
    return typeof value === "object" && value !== null && "steps" in value;
  }

  override shrink(story: Story): fc.Stream<fc.Value<Story>> {
    return fc.stream(shorter(story));
  }
}

/** Without halves of the steps, quarters, … single ones. */
function* shorter({ versions, steps }: Story): Generator<fc.Value<Story>> {
  const offsets = offsetsOf(steps);
  for (let size = steps.length >> 1; size >= 1; size >>= 1) {
    for (let from = steps.length - size; from >= 0; from -= size) {
      const kept = [...steps.slice(0, from), ...steps.slice(from + size)];
      yield new fc.Value({ versions, steps: renumbered(kept, offsets) }, undefined);
    }
  }
}
