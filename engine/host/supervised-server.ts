/**
 * Keeps an embedded server running: one that ends unasked is started again at the same address.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEnd } from "./backoff.ts";
import { HostError } from "./host-error.ts";
import type { Exit } from "./keeper.ts";
import type { Running, ServerOptions } from "./running.ts";

/** A server and how to start it. */
export type SupervisedSpec = {
  title: string;
  start: (options: ServerOptions) => Promise<Running>;
  options: ServerOptions;
};

/** As the server's own start; `exited` resolves only when it was stopped or is not started again. */
export async function superviseServer({ title, start, options }: SupervisedSpec): Promise<Running> {
  const first = await start(options);
  const stopping = new AbortController();
  let current = first;
  const again = async (): Promise<Exit> => {
    let backoff = { quickEnds: 0 };
    for (;;) {
      const startedMs = performance.now();
      const exit = await current.exited;
      if (stopping.signal.aborted) return exit;
      const next = afterEnd(backoff, performance.now() - startedMs);
      backoff = next.backoff;
      if (next.waitMs === undefined) return exit;
      options.say?.(`${title} ended unasked; starting it again in ${next.waitMs / 1000} s`);
      await sleep(next.waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return exit;
      try {
        current = await startAt(first.port, start, options);
        // A stop that came in the meantime has only seen the one that had ended.
        if (stopping.signal.aborted) await current.stop();
      } catch (error) {
        options.say?.(`${title} does not start again: ${(error as Error).message}`);
        return exit;
      }
    }
  };
  const exited = again();
  return {
    url: first.url,
    port: first.port,
    get pid() {
      return current.pid;
    },
    exited,
    stop: async () => {
      stopping.abort();
      await current.stop();
      await exited;
    },
  };
}

/** Others hold the address already, so another port would not do. */
async function startAt(
  port: number,
  start: SupervisedSpec["start"],
  options: ServerOptions,
): Promise<Running> {
  const running = await start({ ...options, port });
  if (running.port === port) return running;
  await running.stop();
  throw new HostError("in_use", `its port ${port} was taken by another program`);
}
