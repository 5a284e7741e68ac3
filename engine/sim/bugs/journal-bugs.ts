/**
 * Planted bugs in recovery, snapshots and outputs.
 */
import { createHash } from "node:crypto";
import { crc32c } from "@node-rs/crc32";
import type { Disk } from "../../contract/disk.ts";
import { Engine } from "../../core/engine.ts";
import { BatchOutputs } from "../../core/messages.ts";
import { Outbox } from "../../core/outbox.ts";
import { Journal } from "../../journal/journal.ts";
import {
  JOURNAL_KIND,
  RECORD_ALIGN,
  RECORD_HEADER_BYTES,
  readHeader,
} from "../../journal/record.ts";
import { SEGMENT_HEADER_BYTES } from "../../journal/segment.ts";
import type { Bug } from "./bug.ts";

/** One batch of a replay is left out. */
export const skipsOneOnReplay: Bug = {
  install: () => {
    const { open } = Journal;
    Journal.open = (options, replay) => {
      let batches = 0;
      return open.call(Journal, options, (record) => {
        if (record.kind === JOURNAL_KIND.batch && ++batches === 9) return;
        replay(record);
      });
    };
    return () => {
      Journal.open = open;
    };
  },
};

/** One batch of a replay is applied twice. */
export const replaysOneTwice: Bug = {
  install: () => {
    const { open } = Journal;
    Journal.open = (options, replay) =>
      open.call(Journal, options, (record) => {
        replay(record);
        if (record.sequence % 16 === 0) replay({ ...record, sequence: record.sequence + 0.5 });
      });
    return () => {
      Journal.open = open;
    };
  },
};

/** A snapshot does not wait until the outputs before it are published. */
export const snapshotsAheadOfOutputs: Bug = {
  install: () => {
    const { published } = Outbox.prototype;
    Outbox.prototype.published = async () => undefined;
    return () => {
      Outbox.prototype.published = published;
    };
  },
};

/** Outputs count as published when they are handed to the broker, not when it has them. */
export const publishesWithoutWaiting: Bug = {
  engineOptions: (options) => ({
    ...options,
    publish: async (message) => {
      options.publish(message).catch(() => undefined);
    },
  }),
};

/** Outputs go out when the batch is applied, before it is on disk. */
export const publishesBeforeDurable: Bug = {
  engineOptions: (options) => {
    const { take } = BatchOutputs.prototype;
    const early = new WeakSet<BatchOutputs>();
    const startPool = options.startPool;
    if (startPool === undefined) return options;
    return {
      ...options,
      startPool: async (module, memories, workers) => {
        const pool = await startPool(module, memories, workers);
        return {
          ...pool,
          apply: (batch, drain) =>
            pool.apply(batch, (part) => {
              BatchOutputs.prototype.take = function now(outputs, state) {
                take.call(this, outputs, state);
                if (!early.has(this))
                  for (const message of this.messages)
                    void options.publish(message).catch(() => undefined);
                early.add(this);
              };
              drain(part);
              BatchOutputs.prototype.take = take;
            }),
        };
      },
    };
  },
};

/** The journal is cut behind the newest records, whatever the snapshots hold. */
export const removesTooMuchJournal: Bug = {
  engine: (engine) => {
    const { journal } = engine;
    const remove = journal.removeThrough.bind(journal);
    journal.removeThrough = () => remove(journal.durable + 1_000);
    const every = engine.notePublished.bind(engine);
    engine.notePublished = async () => {
      await every();
      await journal.removeThrough(0);
    };
  },
};

/** A snapshot's digest is not looked at: whatever it holds is loaded. */
export const ignoresSnapshotDigest: Bug = {
  engineDisk: (disk) => readsWith(disk, ".snap", withRightDigest),
};

/** A snapshot is some records older than it says. */
export const snapshotSaysTooMuch: Bug = {
  engine: (engine) => {
    for (const pump of engine.pumps.values()) {
      const image = pump.image.bind(pump);
      pump.image = async (room) => {
        const taken = await image(room);
        return { ...taken, sequence: taken.sequence + 4 };
      };
    }
  },
};

/** A record's checksum is not looked at. */
export const ignoresChecksums: Bug = {
  engineDisk: (disk) => readsWith(disk, ".log", withRightChecksums),
};

/** The numbers of outputs begin anew with each start. */
export const forgetsWhatWasPublished: Bug = {
  install: () => {
    const { notePublished } = Engine.prototype;
    Engine.prototype.notePublished = async function all(this: Engine) {
      const payload = Buffer.alloc(8);
      payload.writeBigUInt64LE(BigInt(this.journal.last), 0);
      const { sequence, durable } = this.journal.append(0, JOURNAL_KIND.published, payload);
      this.outbox.begin(sequence);
      this.outbox.add(sequence, []);
      await durable;
    };
    return () => {
      Engine.prototype.notePublished = notePublished;
    };
  },
};

/** Where a record's header has the checksum of its payload. */
const PAYLOAD_CRC_AT = 12;
const DIGEST_AT = 32;
const HEADER_BYTES = 64;

/** The journal as code would see it that believes whatever stands there. */
function withRightChecksums(bytes: Buffer): Buffer {
  for (let at = SEGMENT_HEADER_BYTES; at < bytes.length; at += RECORD_ALIGN) {
    const header = readHeader(bytes, at);
    if (header === undefined) continue;
    const from = at + RECORD_HEADER_BYTES;
    bytes.writeUInt32LE(crc32c(bytes.subarray(from, from + header.bytes)), at + PAYLOAD_CRC_AT);
    bytes.writeUInt32LE(crc32c(bytes.subarray(at + 4, from)), at);
  }
  return bytes;
}

function withRightDigest(bytes: Buffer): Buffer {
  if (bytes.length < HEADER_BYTES) return bytes;
  const hash = createHash("sha256").update(bytes.subarray(0, DIGEST_AT));
  hash.update(bytes.subarray(HEADER_BYTES)).digest().copy(bytes, DIGEST_AT);
  return bytes;
}

function readsWith(disk: Disk, suffix: string, change: (bytes: Buffer) => Buffer): Disk {
  return {
    ...disk,
    read: async (path) => {
      const bytes = await disk.read(path);
      return path.endsWith(suffix) ? change(bytes) : bytes;
    },
  };
}
