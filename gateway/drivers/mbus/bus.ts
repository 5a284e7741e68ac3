/**
 * An M-Bus behind a TCP converter or a serial line: runs transactions strictly one after the other, as the bus has one
 * pair of wires.
 */
import type { NetworkLink, SerialLink } from "../../../engine/contract/link.ts";
import { FRAME_BYTES_MAX } from "./decode/frame.ts";
import { beginTalk, type Talk } from "./link/ask.ts";
import { BUS_BOUNDS, type BusBounds, TELEGRAMS_MAX } from "./link/bounds.ts";
import { Line } from "./link/line.ts";
import { type Refusal, refusal } from "./link/refusal.ts";
import { serialWay } from "./link/serial-way.ts";
import type { Transaction } from "./link/steps.ts";
import { tcpWay } from "./link/tcp-way.ts";
import type { Way } from "./link/way.ts";

/** Most transactions that wait for one bus; more are refused as busy. */
export const BUS_QUEUE_MAX = 1024;

/** A bus that transactions can be run on. */
export type MbusBus = {
  /** Runs one transaction when its turn comes. Never rejects for what the field does. */
  run<T>(begin: (talk: Talk) => Transaction<T>): Promise<T | Refusal>;
  /** Ends what runs, refuses what waits as closed, and drops the connection. */
  close(): Promise<void>;
};

/** A bus at a host and port or on a serial line; it is opened when it is first used. */
export function createBus(
  link: NetworkLink | SerialLink,
  bounds: Partial<BusBounds> = {},
): MbusBus {
  const all = { ...BUS_BOUNDS, ...bounds };
  if ("host" in link) return busOver(tcpWay(link, all.connectMs), all);
  return busOver(serialWay(link), { ...all, ...serialBounds(link.baud, all) });
}

/**
 * What a slow line makes longer: a meter may think for 330 bits before it answers, and a whole readout must have room
 * in one conversation.
 */
function serialBounds(baud: number, { probeMs, totalMs }: BusBounds): Partial<BusBounds> {
  const thinkMs = Math.ceil((330 * 1_000) / baud) + 50;
  const frameMs = Math.ceil((FRAME_BYTES_MAX * 11 * 1_000) / baud);
  return {
    probeMs: Math.max(probeMs, thinkMs),
    totalMs: Math.max(totalMs, TELEGRAMS_MAX * (frameMs + 2 * thinkMs)),
  };
}

function busOver(way: Way, bounds: BusBounds): MbusBus {
  const line = new Line(way);
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  const runNow = async <T>(begin: (talk: Talk) => Transaction<T>): Promise<T> => {
    const transaction = begin(beginTalk(bounds, line.nowMs()));
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
