/**
 * The master of one M-Bus (EN 13757-2), without any input or output of its own: initialise, select, read, send.
 * Each is a transaction; a transport runs it. One master per bus, one transaction at a time.
 */

import type { MeterHeader } from "./decode/header.ts";
import type { DataRecord } from "./decode/records.ts";
import { idField } from "./encode/fields.ts";
import { longFrame, shortFrame } from "./encode/frame.ts";
import { type Expected, judgeAnswer } from "./link/answer.ts";
import { ask, judgeAck, type Talk } from "./link/ask.ts";
import { TELEGRAMS_MAX } from "./link/bounds.ts";
import { CI_DATA_SEND, CI_SELECT, REQ_UD2, SELECTED, SND_NKE, SND_UD } from "./link/control.ts";
import { createFrameCounts, type FrameCounts } from "./link/frame-counts.ts";
import { type Refusal, refusal } from "./link/refusal.ts";
import type { Transaction } from "./link/steps.ts";

/** Where a meter is on its bus. With an id, only that meter's answers count, also at a primary address. */
export type MeterAddress =
  | { by: "primary"; address: number; id?: string }
  | { by: "secondary"; id: string };

/** One whole readout: the records of all its telegrams in order. `address` is the meter's primary one. */
export type Readout = {
  ok: true;
  address: number;
  header: MeterHeader;
  records: DataRecord[];
  telegrams: number;
};

/** The conversations of a bus. */
export type Master = {
  /** Initialises a primary address; tells whether a meter is there. */
  ping(talk: Talk, address: number): Transaction<{ ok: true } | Refusal>;
  /** Reads all telegrams of a meter. `onFirst` is called when the first one was accepted: the time of the reading. */
  read(talk: Talk, meter: MeterAddress, onFirst?: () => void): Transaction<Readout | Refusal>;
  /** Sends records to a meter; done means that it acknowledged, not that it did what they say. */
  send(talk: Talk, meter: MeterAddress, records: Uint8Array): Transaction<{ ok: true } | Refusal>;
};

/** The master of one bus; it keeps the frame-count bit of each address and nothing else. */
export function createMaster(): Master {
  const counts = createFrameCounts();
  return {
    ping: (talk, address) => initialise(talk, counts, address),
    read: (talk, meter, onFirst) => read(talk, counts, { meter, onFirst }),
    send: (talk, meter, records) => send(talk, counts, { meter, records }),
  };
}

/** The address that a meter is spoken to by, once it has been reached. */
function lineOf(meter: MeterAddress): number {
  return meter.by === "primary" ? meter.address : SELECTED;
}

function* initialise(
  talk: Talk,
  counts: FrameCounts,
  address: number,
): Transaction<{ ok: true } | Refusal> {
  const done = yield* ask(talk, shortFrame(SND_NKE, address), judgeAck);
  if (!done.ok) return done;
  counts.begin(address);
  return { ok: true };
}

/** A selection is made anew each time, since another one on the same bus ends it. */
function* reach(
  talk: Talk,
  counts: FrameCounts,
  meter: MeterAddress,
): Transaction<{ ok: true } | Refusal> {
  if (meter.by === "primary") {
    return counts.known(meter.address)
      ? { ok: true }
      : yield* initialise(talk, counts, meter.address);
  }
  // Manufacturer, version and medium are left open: an id is what a meter is known by here.
  const wanted = Uint8Array.of(...idField(meter.id), 0xff, 0xff, 0xff, 0xff);
  const done = yield* ask(talk, longFrame(SND_UD, SELECTED, CI_SELECT, wanted), judgeAck);
  if (!done.ok) return done;
  counts.begin(SELECTED);
  return { ok: true };
}

type Reading = { meter: MeterAddress; onFirst: (() => void) | undefined };

function* read(talk: Talk, counts: FrameCounts, reading: Reading): Transaction<Readout | Refusal> {
  const { meter } = reading;
  const reached = yield* reach(talk, counts, meter);
  if (!reached.ok) return reached;
  const result = yield* readTelegrams(talk, counts, reading);
  // After a failure or a sequence left in its middle, the meter's place in it is unknown.
  if (!result.ok || !result.whole) counts.forget(lineOf(meter));
  if (!result.ok) return result;
  const { whole: _, ...readout } = result;
  return readout;
}

function* readTelegrams(
  talk: Talk,
  counts: FrameCounts,
  { meter, onFirst }: Reading,
): Transaction<(Readout & { whole: boolean }) | Refusal> {
  const line = lineOf(meter);
  const expected: Expected = {
    address: meter.by === "primary" ? meter.address : undefined,
    id: meter.id,
  };
  const seen = new Set<string>();
  let readout: Readout | undefined;
  for (let telegrams = 1; telegrams <= TELEGRAMS_MAX; telegrams++) {
    const request = shortFrame(REQ_UD2 | counts.bit(line), line);
    const answer = yield* ask(talk, request, judgeAnswer(expected));
    if (!answer.ok) return answer;
    counts.turn(line);
    const { address, header, records, moreFollows, content } = answer.value;
    if (readout === undefined) {
      onFirst?.();
      readout = { ok: true, address, header, records: [], telegrams: 0 };
    }
    if (seen.has(content)) return { ...readout, whole: false };
    seen.add(content);
    readout.records.push(...records);
    readout.telegrams = telegrams;
    if (!moreFollows) return { ...readout, whole: true };
    expected.address = address;
    expected.id = header.id;
  }
  return refusal("malformed", `more than ${TELEGRAMS_MAX} telegrams in one readout`);
}

type Sending = { meter: MeterAddress; records: Uint8Array };

function* send(
  talk: Talk,
  counts: FrameCounts,
  { meter, records }: Sending,
): Transaction<{ ok: true } | Refusal> {
  const line = lineOf(meter);
  // Makers keep the bit for sending apart from the one for reading, or not: both begin anew on either side.
  counts.forget(line);
  const reached = yield* reach(talk, counts, meter);
  if (!reached.ok) return reached;
  const frame = longFrame(SND_UD | counts.bit(line), line, CI_DATA_SEND, records);
  const done = yield* ask(talk, frame, judgeAck);
  counts.forget(line);
  return done.ok ? { ok: true } : done;
}
