/**
 * The production spool, with notes for the ledger: of every frame as it gets its place, and of every acknowledgement as
 * the publisher takes it.
 */

import { restamp } from "../../../gateway/service/restamp.ts";
import { openSpool, type Spool } from "../../../gateway/service/spool.ts";
import type { NoteWriter } from "./notes.ts";

/** When the newest acknowledgement came, in milliseconds of the machine's clock; 0 before the first. */
export type AckClock = { lastMs: number };

/** Opens the spool in a folder. */
export async function openNotedSpool(
  folder: string,
  key: Uint8Array,
  notes: NoteWriter,
  ackClock: AckClock,
): Promise<Spool> {
  const spool = await openSpool({
    folder,
    bytesMax: 256 * 1_048_576,
    restamp: (frame, epoch, sequence) => {
      const anew = restamp(frame, { epoch, sequence }, key);
      notes.frame(anew);
      return anew;
    },
    nowS: () => Math.floor(Date.now() / 1_000),
    onAlarm: (message) => {
      if (message !== undefined) process.stderr.write(`spool: ${message}\n`);
    },
  });
  const append = spool.append.bind(spool);
  spool.append = (pack) =>
    append((sequence, epoch) => {
      const frame = pack(sequence, epoch);
      notes.frame(frame);
      return frame;
    });
  const acknowledge = spool.acknowledge.bind(spool);
  spool.acknowledge = (sequence) => {
    const { epoch, acknowledged } = spool;
    const isOurs = acknowledge(sequence);
    if (isOurs && sequence > acknowledged) {
      notes.ack(epoch, sequence);
      ackClock.lastMs = Date.now();
    }
    return isOurs;
  };
  return spool;
}
