/**
 * Takes over data of an older layout of the state. Only snapshots are migrated: inputs of an older journal are never given
 * to a kernel that they were not made for. So the program before must have been ended in order, with a last snapshot of
 * every shard; else this one refuses to start, and changes nothing.
 */
import { basename, join } from "node:path";
import { LAYOUT_VERSION } from "../../kernel-as/assembly/layout.ts";
import { createMemory, instantiate } from "../../kernel-as/kernel.ts";
import type { Disk } from "../contract/disk.ts";
import { ImageRoom } from "../journal/image.ts";
import { scanSegment1 } from "../journal/migrations/journal-1.ts";
import { JOURNAL_KIND, type JournalRecord } from "../journal/record.ts";
import { scanSegment } from "../journal/scan.ts";
import { readSegmentHeader, SEGMENT_VERSION, segmentVersion } from "../journal/segment.ts";
import { segmentPaths } from "../journal/segment-files.ts";
import { loadSnapshot, snapshotsOf, writeSnapshot } from "../journal/snapshot.ts";

/** Whose data, and where. */
export type UpgradeOptions = {
  disk: Disk;
  folder: string;
  owned: readonly number[];
  warn(message: string): void;
};

/**
 * Takes over older data, if there are any, and gives the sequence that the new journal begins with. Old segments are kept
 * beside. May be ended at any point and begun again. Throws when the data were not closed in order.
 */
export async function upgrade(
  options: UpgradeOptions,
  module: WebAssembly.Module,
): Promise<number | undefined> {
  const { disk, folder, owned, warn } = options;
  const journal = join(folder, "journal");
  const keptIn = join(folder, `journal-before-layout-${LAYOUT_VERSION}`);
  await disk.mkdir(journal);
  const paths = await segmentPaths(disk, journal);
  const old = await olderOf(disk, paths);
  // Old segments leave only when snapshots of this layout stand for all that they hold.
  const isBegun = (await namesIn(disk, keptIn)).length > 0;
  if (old.length === 0 && (paths.length > 0 || !isBegun)) return undefined;
  if (!isBegun) {
    warn(`taking over data of an older layout; the old journal is kept in ${keptIn}`);
    await saveAll(options, module, old);
  }
  await disk.mkdir(keptIn);
  for (const path of old) await disk.rename(path, join(keptIn, basename(path)));
  for (const each of [keptIn, journal, folder]) await disk.syncFolder(each);
  const newest = await Promise.all(
    owned.map(async (shard) => (await snapshotsOf(disk, join(folder, "snapshots"), shard))[0] ?? 0),
  );
  return Math.max(...newest) + 1;
}

async function namesIn(disk: Disk, folder: string): Promise<string[]> {
  try {
    return await disk.readdir(folder);
  } catch {
    return [];
  }
}

async function olderOf(disk: Disk, paths: readonly string[]): Promise<string[]> {
  const older: string[] = [];
  for (const path of paths) {
    const bytes = await disk.read(path);
    const isOlder =
      segmentVersion(bytes, path) < SEGMENT_VERSION ||
      readSegmentHeader(bytes, path).layout < LAYOUT_VERSION;
    if (isOlder) older.push(path);
  }
  return older;
}

/** Writes a snapshot of this layout for every shard, behind everything that the old journal holds. */
async function saveAll(
  options: UpgradeOptions,
  module: WebAssembly.Module,
  old: readonly string[],
): Promise<void> {
  const { disk, folder, owned } = options;
  const reach = await reachOf(disk, old);
  const snapshots = join(folder, "snapshots");
  const room = new ImageRoom();
  const load = async (shard: number): Promise<WebAssembly.Memory> => {
    const memory = createMemory();
    const wanted = { shard, through: reach.last };
    const { sequence } = await loadSnapshot(disk, snapshots, wanted, memory);
    const last = reach.batches.get(shard) ?? 0;
    if (last > sequence) throw notClosed(shard, last, sequence);
    if (sequence === 0) instantiate(module, memory).format(shard);
    return memory;
  };
  // All are looked at before any is written.
  for (const shard of owned) await load(shard);
  for (const shard of owned) {
    const image = room.take(await load(shard), shard, reach.last + 1);
    await writeSnapshot(disk, snapshots, image, reach.last + 1);
  }
}

type Reach = { last: number; batches: Map<number, number> };

async function reachOf(disk: Disk, old: readonly string[]): Promise<Reach> {
  const reach: Reach = { last: 0, batches: new Map() };
  const take = ({ sequence, shard, kind }: JournalRecord): void => {
    reach.last = sequence;
    if (kind === JOURNAL_KIND.batch) reach.batches.set(shard, sequence);
  };
  for (const [i, file] of old.entries()) {
    const bytes = await disk.read(file);
    const isLast = i === old.length - 1;
    if (segmentVersion(bytes, file) < SEGMENT_VERSION) scanSegment1(bytes, { file, isLast }, take);
    else scanSegment(bytes, readSegmentHeader(bytes, file), take);
  }
  return reach;
}

function notClosed(shard: number, last: number, sequence: number): Error {
  return new Error(
    `these data are of an older layout and were not closed in order: shard ${shard} has inputs up to ${last}, its snapshot stands for ${sequence}: start the program that wrote them, end it with SIGTERM while NATS runs, then start this one; nothing was changed`,
  );
}
