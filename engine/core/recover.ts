/**
 * Recovery: the newest good snapshot of each shard, then the journal behind it, through the same kernel (architecture,
 * "Recovery"). What the broker still holds comes by itself afterwards.
 */
import { join } from "node:path";
import { LAYOUT_VERSION, RUN_SUSPENDED } from "../../kernel-as/assembly/layout.ts";
import { createMemory, instantiate, type Kernel } from "../../kernel-as/kernel.ts";
import { type Disk, diskErrorCode, ReadRoom } from "../contract/disk.ts";
import { replaceText } from "../contract/files.ts";
import type { Time } from "../contract/time.ts";
import { Journal, type JournalOptions } from "../journal/journal.ts";
import { readJournal } from "../journal/read-journal.ts";
import { JOURNAL_KIND, type JournalRecord } from "../journal/record.ts";
import { type LoadedSnapshot, loadSnapshot } from "../journal/snapshot.ts";
import type { DiskTrouble } from "../journal/trouble.ts";
import { InputWriter } from "./input.ts";
import { BatchOutputs } from "./messages.ts";
import type { OutMessage } from "./outbox.ts";
import { OutputReader } from "./outputs.ts";
import { ShardState } from "./state.ts";
import { upgrade } from "./upgrade.ts";

/** What recovery needs to know. */
export type RecoverOptions = {
  disk: Disk;
  folder: string;
  shards: number;
  owned: readonly number[];
  segmentBytesMax: number;
  time: Time;
  warn(message: string): void;
  /** Outputs behind this journal sequence are made again, also published ones: the broker has lost them. */
  outputsAfter?: number | undefined;
  /** The disk can't be written; undefined when it can again. */
  onTrouble(trouble: DiskTrouble | undefined): void;
};

/** A shard's memory with all that was durable, and the journal sequence of its last batch. */
export type RecoveredShard = { memory: WebAssembly.Memory; sequence: number };
/** What recovery gives: shards, the journal open for appending, and outputs that were perhaps never published. */
export type Recovered = {
  shards: Map<number, RecoveredShard>;
  journal: Journal;
  outputs: { sequence: number; messages: readonly OutMessage[] }[];
  published: number;
};

type Replaying = RecoveredShard & { kernel: Kernel; shard: number };

/** Recovers all shards that this process owns. Throws where something durable is missing or damaged. */
export async function recover(
  options: RecoverOptions,
  module: WebAssembly.Module,
): Promise<Recovered> {
  const place = journalOptions(options, await upgrade(options, module));
  const noted = await readNotes(place);
  const published = Math.min(noted.published, options.outputsAfter ?? noted.published);
  const replaying = new Map<number, Replaying>();
  const through = options.outputsAfter ?? Number.MAX_SAFE_INTEGER;
  const room = new ReadRoom();
  for (const shard of options.owned) {
    const wanted = { shard, through, room, journalFirst: noted.first };
    const started = await startFromSnapshot(options, module, wanted);
    checkReach(noted, shard, started.sequence);
    replaying.set(shard, started);
  }

  const outputs: Recovered["outputs"] = [];
  const journal = await Journal.open(place, (record) => {
    const shard = replaying.get(record.shard);
    if (
      record.kind !== JOURNAL_KIND.batch ||
      shard === undefined ||
      record.sequence <= shard.sequence
    )
      return;
    const isPublished = record.sequence <= published;
    const { messages } = replayBatch(record, shard, isPublished);
    if (!isPublished) outputs.push({ sequence: record.sequence, messages });
  });
  return { shards: replaying, journal, outputs, published };
}

/** The number of shards is fixed for the life of an installation; throws when the setting is another. */
export async function checkInstallation(disk: Disk, folder: string, shards: number): Promise<void> {
  const path = join(folder, "installation.json");
  let text: string;
  try {
    text = (await disk.read(path)).toString("utf8");
  } catch (error) {
    if (diskErrorCode(error) !== "ENOENT") throw error;
    await replaceText(path, `${JSON.stringify({ shards })}\n`, disk);
    return;
  }
  const known = (JSON.parse(text) as { shards: number }).shards;
  if (known === shards) return;
  throw new Error(
    `this installation has ${known} shards, the setting says ${shards}: set DRAWDOWN_SHARDS=${known}`,
  );
}

function journalOptions(options: RecoverOptions, first: number | undefined): JournalOptions {
  const { folder, shards, owned } = options;
  const place = { folder: join(folder, "journal"), set: { shards, owned }, layout: LAYOUT_VERSION };
  return { ...options, ...place, first: first ?? 1 };
}

/** The first and the last sequence of the journal, and how far outputs were published by its last note. */
type Noted = { first: number; last: number; published: number };

/** Reads all of the journal, so that damage shows before anything else. */
async function readNotes(options: JournalOptions): Promise<Noted> {
  let published = 0;
  await options.disk.mkdir(options.folder);
  const { segments, next } = await readJournal(options, ({ kind, payload }) => {
    if (kind === JOURNAL_KIND.published)
      published = Number(Buffer.from(payload).readBigUInt64LE(0));
  });
  const first = segments[0]?.header.first;
  if (first === undefined)
    return { first: options.first ?? 1, last: (options.first ?? 1) - 1, published };
  return { first, last: next - 1, published };
}

type Wanted = { shard: number; through: number; room: ReadRoom; journalFirst: number };

async function startFromSnapshot(
  options: RecoverOptions,
  module: WebAssembly.Module,
  { shard, through, room, journalFirst }: Wanted,
): Promise<Replaying> {
  const memory = createMemory();
  const kernel = instantiate(module, memory);
  const folder = join(options.folder, "snapshots");
  const load = (most: number): Promise<LoadedSnapshot> =>
    loadSnapshot(options.disk, folder, { shard, through: most, room }, memory);
  let { sequence, faults } = await load(through);
  if (sequence === 0 && journalFirst > 1) {
    // State goes before outputs: what lies before the newest snapshot can't be made again.
    ({ sequence, faults } = await load(Number.MAX_SAFE_INTEGER));
    if (sequence > 0)
      options.warn(
        `shard ${shard}: outputs from ${through + 1} to ${sequence} can't be made again`,
      );
  }
  for (const { file, reason } of faults) {
    options.warn(`the snapshot ${file} can't be used, ${reason}; going on from the one before`);
  }
  if (sequence === 0) kernel.format(shard);
  return { memory, kernel, sequence, shard };
}

/** The journal must begin no later than behind the snapshot, and must reach at least to it. */
function checkReach(journal: Noted, shard: number, sequence: number): void {
  if (journal.first > sequence + 1) {
    throw new Error(
      `shard ${shard} has no usable snapshot from which the journal goes on (it begins with ${journal.first}): restore snapshots and journal from one backup`,
    );
  }
  if (journal.last < sequence) {
    throw new Error(
      `the journal ends with ${journal.last}, before the snapshot of shard ${shard} (${sequence}): restore snapshots and journal from one backup`,
    );
  }
}

function replayBatch(record: JournalRecord, into: Replaying, isPublished: boolean): BatchOutputs {
  const writer = new InputWriter(into.memory, 0);
  const reader = new OutputReader(into.memory);
  const state = new ShardState(into.shard, into.memory);
  const outputs = new BatchOutputs(into.shard, record.sequence);
  writer.restore(record.payload);
  into.kernel.begin();
  let status: number;
  do {
    status = into.kernel.run(writer.end);
    if (!isPublished) {
      into.kernel.pack();
      outputs.take(reader, state);
    }
  } while (status === RUN_SUSPENDED);
  into.sequence = record.sequence;
  return outputs;
}
