/**
 * Why a row stands under its target, as it was measured, and what may raise it next. Shown beside a row's figures for as long
 * as they miss the target.
 */

/** What was measured to hold a row back, and the next idea. */
export type Reason = { because: string; next: string };

/** By row. */
export const REASONS: Readonly<Record<string, Reason>> = {
  "3": {
    because:
      "each reading touches its account's line of 64 bytes and writes 44 bytes of row in eleven columns; memcpy reads and writes in one stream, which the processor fetches ahead",
    next: "write rows packed at once, so that fewer bytes are touched",
  },
  "5": {
    because:
      "at 1 000 readings a frame a reading takes about 175 ns of CPU in all: nats-server 53, the engine's main thread 50, kernel and packing 44, collection on helper threads 22, disk threads 9; the raw consumer takes 34 in all. The server works more than twice as much for eight consumers that each pass by the others' frames as for one that passes by none",
    next: "one unfiltered consumer where an engine owns every shard, which should save some 30 ns",
  },
  "8b": {
    because:
      "both sides bring their rows into the same tables, and three quarters of an insert are the roll-ups by hour, day and cycle: raw rows land several times as fast in a bare table",
    next: "roll up by hour alone at the insert, and days and cycles out of hours that have passed",
  },
  "9": {
    because:
      "the store's inserts with their roll-ups take most of the two cores, which the sender of the frames, NATS and the engine share",
    next: "roll up by hour alone at the insert, and days and cycles out of hours that have passed",
  },
  "10": {
    because:
      "a balance is asked of the engine each time, so that it is never old: of the api's time about 60 % is the question's way over NATS (writes to the socket 30 %, client 22 %), shared by the reads that wait at that moment, and api, NATS, engine and wrk share two cores where the constant shares them with wrk alone",
    next: "a socket of the api's own to the engine for questions, without the broker between",
  },
  "11c": {
    because:
      "a vend takes 4.4 ms of CPU over all processes: PostgreSQL 2.0, api 1.6, engine 0.6, NATS 0.3, and two syncs of the disk one behind the other",
    next: "fewer statements for each vend: intents written in groups, as answers are",
  },
  "12a": {
    because:
      "of the seconds with a million accounts about a quarter are the start of the process and its threads; the rest is reading and proving 440 MB of journal and snapshots and running ten million readings through the kernel on one thread",
    next: "shards recovered by the workers, side by side",
  },
  "12b": {
    because:
      "an account's state is 260 bytes by the layout (64 hot, 192 cold, 4 of schedule); the rest is what batches and outputs of 64 shards use for a moment",
    next: "cold parts that are the same for many accounts kept once",
  },
};
