/**
 * Planted bugs in what is written to disk and when it counts.
 */
import type { Disk, DiskFile } from "../../contract/disk.ts";
import { Journal } from "../../journal/journal.ts";
import type { Bug } from "./bug.ts";

/** What is appended counts as durable at once. */
export const acknowledgesBeforeSync: Bug = {
  install: () => {
    const { append } = Journal.prototype;
    Journal.prototype.append = function early(shard, kind, payload) {
      const appended = append.call(this, shard, kind, payload);
      appended.durable.catch(() => undefined);
      return { sequence: appended.sequence, durable: Promise.resolve() };
    };
    return () => {
      Journal.prototype.append = append;
    };
  },
};

/** Writes are never synced in the engine. */
export const neverSyncs: Bug = { engineDisk: (disk) => filesWith(disk, withoutSync) };

/** A sync that fails is passed over. */
export const ignoresFailedSync: Bug = {
  engineDisk: (disk) =>
    filesWith(disk, (file) => ({
      ...file,
      datasync: () => file.datasync().catch(() => undefined),
    })),
};

/** A write that fails is passed over. */
export const ignoresFailedWrite: Bug = {
  engineDisk: (disk) =>
    filesWith(disk, (file) => ({
      ...file,
      write: (parts, at) => file.write(parts, at).catch(() => undefined),
    })),
};

/** Names of new files in the engine's folders are never synced. */
export const forgetsFolderSync: Bug = {
  engineDisk: (disk) => ({ ...disk, syncFolder: async () => undefined }),
};

/** The spool never syncs. */
export const spoolNeverSyncs: Bug = { gatewayDisk: (disk) => filesWith(disk, withoutSync) };

/** Names of new files in the spool are never synced. */
export const spoolForgetsFolderSync: Bug = {
  gatewayDisk: (disk) => ({ ...disk, syncFolder: async () => undefined }),
};

function withoutSync(file: DiskFile): DiskFile {
  return { ...file, datasync: async () => undefined };
}

function filesWith(disk: Disk, change: (file: DiskFile) => DiskFile): Disk {
  return { ...disk, open: async (path, mode) => change(await disk.open(path, mode)) };
}
