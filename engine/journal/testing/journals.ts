/**
 * Opens journals for tests.
 */
import type { Disk } from "../../contract/disk.ts";
import { machineTime } from "../../contract/time.ts";
import { Journal, type JournalOptions } from "../journal.ts";
import type { JournalRecord } from "../record.ts";

/** A journal with what it handed on and told. */
export type OpenedJournal = {
  journal: Journal;
  records: JournalRecord[];
  warnings: string[];
  troubles: (string | undefined)[];
};

/** Opens the journal of shards 0 to 9 in a folder of a disk. */
export async function openJournal(
  disk: Disk,
  folder: string,
  options: Partial<JournalOptions> = {},
): Promise<OpenedJournal> {
  const records: JournalRecord[] = [];
  const warnings: string[] = [];
  const troubles: (string | undefined)[] = [];
  const all: JournalOptions = {
    disk,
    folder,
    segmentBytesMax: 1 << 16,
    set: { shards: 10, owned: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
    layout: 1,
    // What waits for a disk to recover waits a twentieth.
    time: { ...machineTime, after: (waitMs, run) => machineTime.after(waitMs / 20, run) },
    warn: (message) => warnings.push(message),
    onTrouble: (trouble) => troubles.push(trouble?.code),
    ...options,
  };
  const journal = await Journal.open(all, ({ payload, ...rest }) =>
    records.push({ ...rest, payload: Buffer.from(payload) }),
  );
  return { journal, records, warnings, troubles };
}
