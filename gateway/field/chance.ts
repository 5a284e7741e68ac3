/**
 * Seeded chance: the same seed and the same question always give the same answer, in any order of asking.
 */

/** A number within [0, 1) for a seed and up to two whole numbers that name the question. */
export function chance(seed: number, a: number, b = 0): number {
  let hash = seed | 0;
  for (const word of [a, b]) {
    hash = Math.imul(hash ^ (word | 0), 0x85eb_ca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
    hash ^= hash >>> 16;
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a_2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

/** A text as a seed. */
export function seedOf(text: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  return hash | 0;
}
