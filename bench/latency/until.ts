/**
 * Waiting for what must come.
 */
const LONGEST_MS = 30_000;

/** Settles when it holds; rejects with what `otherwise` says when it does not in time. */
export async function until(holds: () => boolean, otherwise: () => string): Promise<void> {
  const deadline = performance.now() + LONGEST_MS;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`${otherwise()} within ${LONGEST_MS} ms`);
    await new Promise((done) => setTimeout(done, 1));
  }
}
