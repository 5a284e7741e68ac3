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
  "4": {
    because:
      "with both cores at work a reading takes a fifth more CPU than on one thread alone (35.5 ns beside 29.6), and the thread that puts batches in front of the workers shares the two cores with them",
    next: "frames put where the kernel reads them as they come from the socket, not copied a second time",
  },
  "5": {
    because:
      "at 1 000 readings a frame a reading takes 135 to 146 ns of CPU in all on two cores that are both busy: kernel and packing 42, the engine's main thread 40 (tags a sixth of it, collection an eighth), nats-server 34 (43 before frames were acknowledged in order), the disk and collection on helper threads the rest; the raw consumer takes 28 to 38 in all, the server 20 of them: what it takes itself, what the kernel takes and the tags come to some 80, which is 0.4 of raw without journal or anything else. Frames of one and of ten readings are above the floor, where the broker's own work counts most; more frames ahead, a consumer kept in memory, and fewer batches at a time changed nothing",
    next: "what the socket brings put where the kernel reads it, without a copy and an object for each message",
  },
  "6": {
    because:
      "a round of two million readings is over in a fifth of a second, so that opening the consumers counts; beyond that, what holds row 5",
    next: "as for row 5",
  },
  "8a": {
    because:
      "a row takes as much CPU on both sides (0.53 µs beside 0.55); what is left is the ends of a round, of which three million rows are three inserts, two at a time: the last one has the cores for itself",
    next: "rounds of many more inserts, which shows the steady state",
  },
  "8b": {
    because:
      "both sides bring their rows into the same tables, and of what a row takes in ClickHouse two thirds are the roll-ups by hour, day and cycle, which no format changes",
    next: "roll up by hour alone at the insert, and days and cycles out of hours that have passed",
  },
  "9": {
    because:
      "a row takes 1.5 to 1.6 µs of CPU in all on two cores: ClickHouse 0.7 (its merges 0.3, its three roll-ups 0.3), engine 0.24, store writer 0.18, NATS 0.17, and the sender of the frames on the same machine 0.17",
    next: "roll up by hour alone at the insert, and days and cycles out of hours that have passed",
  },
  "10": {
    because:
      "a balance is asked of the engine each time, so that it is never old: of the api's time about 60 % is the question's way over NATS (writes to the socket 30 %, client 22 %), shared by the reads that wait at that moment, and api, NATS, engine and wrk share two cores where the constant shares them with wrk alone",
    next: "a socket of the api's own to the engine for questions, without the broker between",
  },
  "11a": {
    because:
      "the disk is not it: with all files in memory the 99th percentile is the same, 36 to 38 ms. Nor is it that there is no room: with groups of the journal five milliseconds apart the processes take three fifths of the two cores in place of four, and it stays. Frames wait between being taken and being settled (99th percentile 24 to 34 ms where the broker brings them in 8 to 12); of the batches that take more than 12 ms nearly all (59 of 61) waited for one of the journal's trips to another thread, each of which waits for a core behind broker, sender and workers. One trip in place of two, and short batches applied without a worker, took a quarter off, with a median of 4 ms in place of 6",
    next: "frames sent and received by fewer wake-ups: what a gateway sends within a few milliseconds in one message",
  },
  "11c": {
    because:
      "half of the vends take 20 ms: 3.4 ms of CPU in the api alone, a quarter of it writes to sockets, and two syncs of the disk, one behind the other. The slowest were made by new files of PostgreSQL's log, which are filled with zeros and synced while every commit waits; in files of 4 MB in place of 16 the 99th percentile is half of what it was. What is left are commits that wait 50 ms and more for the disk or a core, a few in ten seconds",
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
