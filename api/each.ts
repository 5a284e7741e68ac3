/**
 * Going through many items: side by side, or some at a time.
 */

/** Runs a task for each item, so many side by side at most. The first rejection rejects the whole, when all are done. */
export async function eachAtMost<Item>(
  most: number,
  items: readonly Item[],
  task: (item: Item) => Promise<unknown>,
): Promise<void> {
  const rest = items.values();
  const worker = async (): Promise<void> => {
    for (const item of rest) await task(item);
  };
  const outcomes = await Promise.allSettled(Array.from({ length: most }, worker));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** The items in lists of at most `most`. */
export function inChunks<Item>(items: readonly Item[], most: number): Item[][] {
  const chunks: Item[][] = [];
  for (let at = 0; at < items.length; at += most) chunks.push(items.slice(at, at + most));
  return chunks;
}
