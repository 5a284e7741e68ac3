/**
 * The master of one M-Bus (EN 13757-2), without any input or output of its own: initialise, select, read, send, switch
 * the rate. Each is a transaction; a transport runs it. One master per bus, one transaction at a time.
 */
import { lineOf, type MeterAddress, selectionField } from "./address.ts";
import type { MeterHeader } from "./decode/header.ts";
import type { DataRecord } from "./decode/records.ts";
import { longFrame, shortFrame } from "./encode/frame.ts";
import { type Expected, judgeAnswer, judgeIdentity } from "./link/answer.ts";
import { ask, judgeAck, type Talk } from "./link/ask.ts";
import { TELEGRAMS_MAX } from "./link/bounds.ts";
import {
  type BaudRate,
  CI_APPLICATION_RESET,
  CI_DATA_SEND,
  CI_SELECT,
  ciOfBaud,
  REQ_UD2,
  SELECTED,
  SND_NKE,
  SND_UD,
} from "./link/control.ts";
import { createFrameCounts, type FrameCounts } from "./link/frame-counts.ts";
import { type Refusal, refusal } from "./link/refusal.ts";
import type { Transaction } from "./link/steps.ts";

/** A conversation that leaves nothing but its success. */
export type Done = { ok: true } | Refusal;

/** One whole readout: the records of all its telegrams in order. `address` is the meter's primary one. */
export type Readout = {
  ok: true;
  address: number;
  header: MeterHeader;
  records: DataRecord[];
  telegrams: number;
};

/** Who answered, and at which primary address. */
export type Identity = { ok: true; address: number; header: MeterHeader };

/** What a meter needs to be read, beyond its address. */
export type ReadOptions = {
  /** Called when the first telegram was accepted: the time of the reading. */
  onFirst?: (() => void) | undefined;
  /** AES-128 key of a meter that encrypts; what it then sends in the clear is refused. */
  key?: Uint8Array | undefined;
  /** Sub-code of an application reset that is sent first: which of its telegrams the meter is to send. */
  reset?: number | undefined;
};

/** A meter's rate: what it has, and what it is to have. */
export type BaudChange = { from: BaudRate; to: BaudRate };

/** The conversations of a bus. */
export type Master = {
  /** Initialises a primary address; tells whether a meter is there. */
  ping(talk: Talk, address: number): Transaction<Done>;
  /** Selects the meters that fit eight bytes; done means that one at least acknowledged. */
  select(talk: Talk, wanted: Uint8Array): Transaction<Done>;
  /** Reads all telegrams of a meter. */
  read(talk: Talk, meter: MeterAddress, options?: ReadOptions): Transaction<Readout | Refusal>;
  /** Asks who is at an address just initialised, or else who is selected now. */
  identify(talk: Talk, address?: number): Transaction<Identity | Refusal>;
  /** Sends records to a meter; done means that it acknowledged, not that it did what they say. */
  send(talk: Talk, meter: MeterAddress, records: Uint8Array): Transaction<Done>;
  /** Resets a meter's application (CI 50), with a sub-code where one is given. */
  reset(talk: Talk, meter: MeterAddress, subCode?: number): Transaction<Done>;
  /**
   * Switches a meter and the line to another rate; done means that the meter answered there. Where it does not, the line
   * goes back, and so will the meter by itself. A line without a rate of its own is refused before the meter hears of it.
   */
  setBaud(talk: Talk, meter: MeterAddress, change: BaudChange): Transaction<Done>;
};

/** The master of one bus; it keeps the frame-count bit of each address and nothing else. */
export function createMaster(): Master {
  const counts = createFrameCounts();
  return {
    ping: (talk, address) => initialise(talk, counts, address),
    select: (talk, wanted) => select(talk, counts, wanted),
    read: (talk, meter, options = {}) => read(talk, counts, { meter, ...options }),
    identify: (talk, address = SELECTED) => identify(talk, counts, address),
    send: (talk, meter, records) => tell(talk, counts, { meter, ci: CI_DATA_SEND, data: records }),
    reset: (talk, meter, subCode) => {
      const data = subCode === undefined ? new Uint8Array(0) : Uint8Array.of(subCode);
      return tell(talk, counts, { meter, ci: CI_APPLICATION_RESET, data });
    },
    setBaud: (talk, meter, change) => setBaud(talk, counts, { meter, ...change }),
  };
}

function* initialise(talk: Talk, counts: FrameCounts, address: number): Transaction<Done> {
  const done = yield* ask(talk, shortFrame(SND_NKE, address), judgeAck);
  if (!done.ok) return done;
  counts.begin(address);
  return { ok: true };
}

function* select(talk: Talk, counts: FrameCounts, wanted: Uint8Array): Transaction<Done> {
  const done = yield* ask(talk, longFrame(SND_UD, SELECTED, CI_SELECT, wanted), judgeAck);
  if (!done.ok) return done;
  counts.begin(SELECTED);
  return { ok: true };
}

function* identify(talk: Talk, counts: FrameCounts, line: number): Transaction<Identity | Refusal> {
  const request = shortFrame(REQ_UD2 | counts.bit(line), line);
  const answer = yield* ask(talk, request, judgeIdentity);
  counts.forget(line);
  return answer.ok ? { ok: true, ...answer.value } : answer;
}

/** A selection is made anew each time, since another one on the same bus ends it. */
function* reach(talk: Talk, counts: FrameCounts, meter: MeterAddress): Transaction<Done> {
  if (meter.by === "secondary") return yield* select(talk, counts, selectionField(meter));
  return counts.known(meter.address)
    ? { ok: true }
    : yield* initialise(talk, counts, meter.address);
}

type Reading = { meter: MeterAddress } & ReadOptions;

function* read(talk: Talk, counts: FrameCounts, reading: Reading): Transaction<Readout | Refusal> {
  const { meter, reset } = reading;
  if (reset !== undefined) {
    const data = Uint8Array.of(reset);
    const done = yield* tell(talk, counts, { meter, ci: CI_APPLICATION_RESET, data });
    if (!done.ok) return done;
  }
  const reached = yield* reach(talk, counts, meter);
  if (!reached.ok) return reached;
  return yield* readTelegrams(talk, counts, reading);
}

function* readTelegrams(
  talk: Talk,
  counts: FrameCounts,
  reading: Reading,
): Transaction<Readout | Refusal> {
  const result = yield* collectTelegrams(talk, counts, reading);
  // After a failure or a sequence left in its middle, the meter's place in it is unknown.
  if (!result.ok || !result.whole) counts.forget(lineOf(reading.meter));
  if (!result.ok) return result;
  const { whole: _, ...readout } = result;
  return readout;
}

function* collectTelegrams(
  talk: Talk,
  counts: FrameCounts,
  { meter, onFirst, key }: Reading,
): Transaction<(Readout & { whole: boolean }) | Refusal> {
  const line = lineOf(meter);
  const expected: Expected = {
    address: meter.by === "primary" ? meter.address : undefined,
    id: meter.id,
    key,
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

type Telling = { meter: MeterAddress; ci: number; data: Uint8Array };

function* tell(talk: Talk, counts: FrameCounts, { meter, ci, data }: Telling): Transaction<Done> {
  const line = lineOf(meter);
  // Makers keep the bit for sending apart from the one for reading, or not: both begin anew on either side.
  counts.forget(line);
  const reached = yield* reach(talk, counts, meter);
  if (!reached.ok) return reached;
  const done = yield* ask(talk, longFrame(SND_UD | counts.bit(line), line, ci, data), judgeAck);
  counts.forget(line);
  return done.ok ? { ok: true } : done;
}

function* setBaud(
  talk: Talk,
  counts: FrameCounts,
  { meter, from, to }: { meter: MeterAddress } & BaudChange,
): Transaction<Done> {
  const able = yield* lineBaud(talk, from);
  if (!able.ok) return able;
  const data = new Uint8Array(0);
  const told = yield* tell(talk, counts, { meter, ci: ciOfBaud(to), data });
  if (!told.ok) return told;
  const turned = yield* lineBaud(talk, to);
  if (!turned.ok) return turned;
  const there = yield* reach(talk, counts, meter);
  if (there.ok) return there;
  counts.forget(lineOf(meter));
  const back = yield* lineBaud(talk, from);
  if (!back.ok) return back;
  const still = yield* reach(talk, counts, meter);
  const where = still.ok ? `stays at ${from}` : `does not answer at ${from} either`;
  return refusal("refused", `the meter took the order, does not answer at ${to} Bd and ${where}`);
}

function* lineBaud(talk: Talk, baud: number): Transaction<Done> {
  const reply = yield { do: "baud", baud };
  talk.nowMs = reply.nowMs;
  if (reply.got === "done") return { ok: true };
  if (reply.got === "closed") return refusal("closed", "the driver was closed");
  return refusal("refused", reply.got === "lost" ? reply.message : "the line keeps its rate");
}
