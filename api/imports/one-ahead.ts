/**
 * Asks for the next item while the last one is worked on: never for more than one.
 */

/** The same items in the same order. What the source throws comes after the items that came before it. */
export async function* oneAhead<Item>(source: AsyncGenerator<Item>): AsyncGenerator<Item> {
  let coming = source.next();
  try {
    for (;;) {
      const came = await coming;
      if (came.done === true) return;
      coming = source.next();
      // Whoever is behind may not come back for it; if they do, they see its failure.
      coming.catch(() => undefined);
      yield came.value;
    }
  } finally {
    // Not waited for: whoever leaves early need not sit through what is still coming.
    source.return(undefined).catch(() => undefined);
  }
}
