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
      "at 1 000 readings a frame a reading takes 104 to 125 ns of CPU in all on two cores that are both busy: kernel and packing 36 to 38, the engine's main thread 29 to 33 (tags 5, collection 5), nats-server 28 to 31, the disk's threads 14. The raw consumer takes 26 in all: the server 17, its own thread 6. The floor would leave 65: what the raw consumer takes, the kernel and the tags alone come to 67 to 69, without journal, acknowledgements or anything else. Frames of one, of ten and of a hundred readings are above the floor, where the broker's own work counts most; more frames ahead, a consumer kept in memory, fewer batches at a time, and other room for memory changed nothing",
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
      "a row takes 1.5 to 1.8 µs of CPU in all on two cores: ClickHouse 0.7 to 0.8 (its merges 0.3, its three roll-ups 0.3), engine 0.2, store writer 0.18, NATS 0.15, and the sender of the frames on the same machine 0.18",
    next: "roll up by hour alone at the insert, and days and cycles out of hours that have passed",
  },
  "10": {
    because:
      "a balance is asked of the engine each time, so that it is never old: of the api's time about 60 % is the question's way over NATS (writes to the socket 30 %, client 22 %), shared by the reads that wait at that moment, and api, NATS, engine and wrk share two cores where the constant shares them with wrk alone",
    next: "a socket of the api's own to the engine for questions, without the broker between",
  },
  "11a": {
    because:
      "a process that only takes the frames, writes them through to one file and acknowledges them has a 99th percentile of 6.6 to 10 ms at 3 400 frames a second, and without the file 4.1 to 6.8: that is the way over the broker on two cores, and more than ten syncs already. Ours stands at 12 to 20 ms at that rate. The disk is not it (with all files in memory 21 to 27 ms where it was 26 to 36 on the disk), nor the trip to the disk's thread (median 0.27 ms, 99th percentile 2.7 by the scheduler's trace), nor that there is no room (groups of the journal 2 or 3 ms apart take a tenth to a fifth less of the cores, and it stays). It is the engine's main thread, busy for 45 to 52 % with pauses of the collector (3 to 6 ms, six a second) behind which frames gather, and put aside 600 to 1 600 times a second by the broker that its own writes wake. The load is half of the highest, and so rises with it: 1.5 M readings/s before, 2.1 M now",
    next: "what one turn of the engine answers in one write to the broker, which halves the times that it is put aside; frames that come within a few milliseconds in one message",
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
