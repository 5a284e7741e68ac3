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
      "at 1 000 readings a frame a reading takes about 133 ns of CPU in all: nats-server 46, kernel and packing 41, the engine's main thread 35, collection on helper threads and the disk the rest; the raw consumer takes 24 to 34 in all, the server 18 of them. The server works more than twice as much for eight consumers that each pass by the others' frames as for one that passes by none",
    next: "one unfiltered consumer where an engine owns every shard, which should save some 28 ns",
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
      "half of the highest load is sought with large batches; in the small batches of half the load, two thousand a second, a reading takes four times as much CPU, and the two cores are four fifths busy (engine 0.9, NATS 0.55, sender 0.18). A batch takes 5 to 6 ms at its 99th percentile and a sync under that load 4 ms, alone 0.6; the rest is waiting for a core",
    next: "one consumer in place of one a shard, and the rated rows of several small batches in one message",
  },
  "11c": {
    because:
      "a vend at half load takes 3.4 ms of CPU in the api alone (less where more are under way, since answers are written in groups), a quarter of it writes to sockets, and syncs the disk twice, one behind the other. Half of the vends take 20 ms; the 99th percentile is made by a few stalls in ten seconds, in some of which a commit of PostgreSQL takes 60 ms and in others nothing longer than 40 ms was found",
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
