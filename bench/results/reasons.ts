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
      "a process that only takes the frames, writes them through to one file and acknowledges them has a 99th percentile of 6.6 to 10 ms at 3 400 frames a second, and without the file 4.1 to 6.8: that is the way over the broker on two cores, and more than ten syncs already. Who ran in each 2 ms of the slowest frames told what stood still, and it was mended one by one: NATS's collector, ten times a second for 6 to 20 ms on its one core (now four times the room); the zeros of the journal's next segment, every 7 s for 100 to 540 ms (now written as the open one fills); the copy of each group into the system's memory (now past it); the engine's whole collections, four times a second with 5 to 18 ms in one piece (now rare); the collector of the sender that measures (now room for a round). Two installations in turn, ten rounds of 4 s each: the median round's 99th percentile 26.7 ms before the first three and 14.5 with them, 10.5 in the quietest, at 13 % more load. What is left: the engine's collector, 3 to 6 ms five times a second, half of it to let go of buffers; the disk, of which single writes of 4 KiB took up to 245 ms beside the load and 177 when it had just ended; and what else runs on the machine, by which rounds differ threefold. Without effect, side by side: all files in memory, what one turn answers in one write, rated rows that wait 5 ms for others, a quarter or an eighth of the space for new objects, the broker on one core of its own or on both, groups of the journal 1 to 3 ms apart. The load is half of the highest, at which batches make a frame cost half as much: so this half load keeps the cores busier than half",
    next: "fewer messages for a frame (the frame, its acknowledgement to the stream, its rated rows and theirs, the gateway's): rated rows of several batches in one message, with a token for each",
  },
  "11c": {
    because:
      "half of the vends take 14 to 30 ms: 5 ms of CPU in the api, of which a fifth is writes to sockets and a fifth the making of statements, 3.6 in PostgreSQL, 3 in engine, NATS and the client, and two syncs of the disk, one behind the other. The slowest were made by new files of PostgreSQL's log, which are filled with zeros and synced while every commit waits: in files of 4 MB in place of 16 the 99th percentile is half of what it was. PostgreSQL's time grew with every vend (4.6 to 6.1 ms in 6 rounds of 500): statements planned while the table of vends was empty read all of it, as did a partial index with what had been pending; found by key it stays at 3.6 to 3.9. Helpers of the api's collector took the cores from everybody else (three installations in turn: 161 ms with them, 100 without). What is left are commits that wait 50 ms and more for the disk or a core, a few in ten seconds",
    next: "fewer statements for each vend, of which 5 to 7 are left: intents written in groups, as answers are",
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
