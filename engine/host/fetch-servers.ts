/**
 * The last step of the set-up: fetches the server that does not come with npm, so that the first start need not.
 */
import { cacheFolder } from "./cache.ts";
import { findNats } from "./nats-binary.ts";

/** Fetches what is missing; when it is not to be had that is said and nothing more, since a server elsewhere may be used. */
export async function fetchServers(say: (line: string) => void): Promise<void> {
  try {
    await findNats(cacheFolder(process.env["DRAWDOWN_CACHE"]), say);
  } catch (error) {
    say((error as Error).message);
  }
}
