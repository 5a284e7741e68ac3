/**
 * Waiting for what is under way, but not for ever.
 */
import { CLOSE_WAIT_MS_MAX } from "./types.ts";

/** Settles when all are settled or CLOSE_WAIT_MS_MAX is over; never rejects. */
export async function settled(underWay: Iterable<Promise<unknown>>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_WAIT_MS_MAX);
  });
  await Promise.race([Promise.allSettled([...underWay]), late]);
  clearTimeout(timer);
}
