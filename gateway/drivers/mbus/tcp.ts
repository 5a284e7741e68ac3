/**
 * An M-Bus behind a TCP converter: runs transactions strictly one after the other, as the bus has one pair of wires.
 */

import { beginTalk, type Talk } from "./link/ask.ts";
import { BUS_BOUNDS, type BusBounds } from "./link/bounds.ts";
import { type Refusal, refusal } from "./link/refusal.ts";
import type { Transaction } from "./link/steps.ts";
import { TcpLine } from "./link/tcp-line.ts";
import type { Endpoint } from "./link/tcp-socket.ts";

/** Most transactions that wait for one bus; more are refused as busy. */
export const BUS_QUEUE_MAX = 1024;

/** A bus that transactions can be run on. */
export type MbusBus = {
  /** Runs one transaction when its turn comes. Never rejects for what the field does. */
  run<T>(begin: (talk: Talk) => Transaction<T>): Promise<T | Refusal>;
  /** Ends what runs, refuses what waits as closed, and drops the connection. */
  close(): Promise<void>;
};

/** A bus at a host and port; it connects when it is first used. */
export function createTcpBus(endpoint: Endpoint, bounds: Partial<BusBounds> = {}): MbusBus {
  const all = { ...BUS_BOUNDS, ...bounds };
  const line = new TcpLine(endpoint, all);
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  const runNow = async <T>(begin: (talk: Talk) => Transaction<T>): Promise<T> => {
    const transaction = begin(beginTalk(all, line.nowMs()));
    let next = transaction.next();
    while (next.done !== true) next = transaction.next(await line.perform(next.value));
    return next.value;
  };

  return {
    async run(begin) {
      if (waiting >= BUS_QUEUE_MAX) {
        return refusal("busy", `${BUS_QUEUE_MAX} requests wait for this bus already`);
      }
      waiting++;
      const result = last.then(() => runNow(begin)).finally(() => waiting--);
      last = result.catch(() => {});
      return await result;
    },
    async close() {
      line.close();
      await last;
    },
  };
}
