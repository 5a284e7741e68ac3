/**
 * Checks what an engine left on disk, changing nothing: that journal and snapshots are whole, that the journal replayed
 * from the oldest snapshot gives the newer ones byte for byte, and that money, quantities and command numbers add up in
 * every batch of it.
 */
import { join } from "node:path";
import { LAYOUT_VERSION } from "../../kernel-as/assembly/layout.ts";
import { instantiate, type Kernel } from "../../kernel-as/kernel.ts";
import { type Disk, diskErrorCode } from "../contract/disk.ts";
import { JournalDamage } from "../journal/damage.ts";
import { type ReadJournal, readJournal } from "../journal/read-journal.ts";
import { JOURNAL_KIND, type JournalRecord } from "../journal/record.ts";
import { scanSegment } from "../journal/scan.ts";
import type { ShardSet } from "../journal/segment.ts";
import { readSegmentHeader, SEGMENT_HEADER_BYTES } from "../journal/segment.ts";
import { segmentPaths } from "../journal/segment-files.ts";
import { readSnapshot, snapshotName, snapshotsOf } from "../journal/snapshot.ts";
import { ShardCheck, type ShardCheckOptions } from "./shard-check.ts";

/** Most violations that are told one by one. */
export const VIOLATIONS_MAX = 100;

/** What was looked at, what is wrong (at most VIOLATIONS_MAX lines, of `found`), and what a person may want to know. */
export type Verdict = {
  segments: number;
  records: number;
  snapshots: number;
  accounts: number;
  batches: number;
  rows: number;
  found: number;
  violations: string[];
  notes: string[];
};

/** Checks the folder of an engine. Rejects where it holds no engine's data. */
export async function verify(
  disk: Disk,
  folder: string,
  module: WebAssembly.Module,
): Promise<Verdict> {
  return new Verification(disk, folder, module).run();
}

type Later = { sequence: number; shard: number };

class Verification {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #module: WebAssembly.Module;
  readonly #verdict: Verdict = {
    segments: 0,
    records: 0,
    snapshots: 0,
    accounts: 0,
    batches: 0,
    rows: 0,
    found: 0,
    violations: [],
    notes: [],
  };

  constructor(disk: Disk, folder: string, module: WebAssembly.Module) {
    this.#disk = disk;
    this.#folder = folder;
    this.#module = module;
  }

  async run(): Promise<Verdict> {
    const set = await this.#shardSet();
    const journal = await this.#readJournal(set);
    const checks = new Map<number, ShardCheck>();
    const later: Later[] = [];
    for (const shard of set.owned) {
      const check = await this.#start(shard, journal, later);
      if (check !== undefined) checks.set(shard, check);
    }
    if (journal !== undefined) await this.#replay(journal, checks, later);
    for (const check of checks.values()) this.#conclude(check);
    return this.#verdict;
  }

  /** Segment by segment, so that a long journal need not lie in memory. */
  async #replay(
    journal: ReadJournal,
    checks: ReadonlyMap<number, ShardCheck>,
    later: Later[],
  ): Promise<void> {
    later.sort((a, b) => a.sequence - b.sequence);
    for (const [i, { path, header }] of journal.segments.entries()) {
      const records: JournalRecord[] = [];
      const following = journal.segments[i + 1]?.header;
      const until = following?.supersedes ? following.first : undefined;
      scanSegment(await this.#disk.read(path), header, (record) => records.push(record), until);
      for (const record of records) {
        // A snapshot is due before the first record behind it.
        while ((later[0]?.sequence ?? record.sequence) < record.sequence)
          await this.#compare(checks, later.shift());
        const check = checks.get(record.shard);
        if (record.kind === JOURNAL_KIND.batch && record.sequence > (check?.sequence ?? 0))
          check?.apply(record);
      }
    }
    while (later.length > 0) await this.#compare(checks, later.shift());
  }

  #violation(what: string): void {
    this.#verdict.found += 1;
    if (this.#verdict.violations.length < VIOLATIONS_MAX) this.#verdict.violations.push(what);
  }

  async #shardSet(): Promise<ShardSet> {
    const [path] = await segmentPaths(this.#disk, join(this.#folder, "journal")).catch(noFolder);
    if (path === undefined)
      throw new Error(`${this.#folder} holds no journal: give the data folder with --data`);
    const file = await this.#disk.open(path, "read");
    try {
      return readSegmentHeader(await file.read(0, SEGMENT_HEADER_BYTES), path);
    } finally {
      await file.close();
    }
  }

  /** Undefined where it is damaged: then nothing is replayed. */
  async #readJournal({ shards, owned }: ShardSet): Promise<ReadJournal | undefined> {
    const folder = join(this.#folder, "journal");
    const place = { disk: this.#disk, folder, set: { shards, owned }, layout: LAYOUT_VERSION };
    try {
      const journal = await readJournal(place, () => {
        this.#verdict.records += 1;
      });
      this.#verdict.segments = journal.segments.length;
      const { torn } = journal;
      if (torn !== undefined)
        this.#verdict.notes.push(
          `${torn.file} ends with a write that was not finished, at byte ${torn.at}; nobody was told of it, the next start cuts it`,
        );
      return journal;
    } catch (error) {
      if (!(error instanceof JournalDamage)) throw error;
      this.#violation(error.message);
      return undefined;
    }
  }

  /** The shard at its oldest good snapshot that the journal goes on from; later ones are noted. */
  async #start(
    shard: number,
    journal: ReadJournal | undefined,
    later: Later[],
  ): Promise<ShardCheck | undefined> {
    const first = journal?.segments[0]?.header.first ?? 1;
    const last = (journal?.next ?? Number.POSITIVE_INFINITY) - 1;
    const report = ({ invariant, what }: { invariant: number; what: string }): void =>
      this.#violation(`invariant ${invariant}: ${what}`);
    const kernelOver = (memory: WebAssembly.Memory): Kernel => instantiate(this.#module, memory);
    const checkFrom = (start: ShardCheckOptions["start"]): ShardCheck =>
      new ShardCheck({ shard, start, kernelOver, report });
    let check: ShardCheck | undefined;
    const snapshots = join(this.#folder, "snapshots");
    const sequences = await snapshotsOf(this.#disk, snapshots, shard);
    if (first === 1) check = checkFrom(NOTHING);
    for (const sequence of sequences.reverse()) {
      this.#verdict.snapshots += 1;
      const read = await readSnapshot(this.#disk, snapshots, { shard, sequence });
      const file = join(snapshots, snapshotName(shard, sequence));
      if (!read.ok) this.#violation(`${file} can't be used: ${read.reason}`);
      else if (check !== undefined) later.push({ sequence, shard });
      else if (sequence + 1 >= first) check = checkFrom(read);
      if (sequence > last)
        this.#violation(`${file} stands for record ${sequence}, the journal ends with ${last}`);
    }
    if (check === undefined)
      this.#violation(
        `shard ${shard} has no usable snapshot from which the journal goes on (it begins with ${first})`,
      );
    return check;
  }

  async #compare(checks: ReadonlyMap<number, ShardCheck>, which: Later | undefined): Promise<void> {
    const check = which === undefined ? undefined : checks.get(which.shard);
    if (which === undefined || check === undefined) return;
    const snapshots = join(this.#folder, "snapshots");
    const read = await readSnapshot(this.#disk, snapshots, which);
    const file = join(snapshots, snapshotName(which.shard, which.sequence));
    if (read.ok) check.compare(read.ranges, file);
  }

  #conclude(check: ShardCheck): void {
    check.conclude();
    this.#verdict.accounts += check.accounts;
    this.#verdict.batches += check.batches;
    this.#verdict.rows += check.rows;
  }
}

const NOTHING = { sequence: 0, ranges: [] };

function noFolder(error: unknown): string[] {
  if (diskErrorCode(error) === "ENOENT") return [];
  throw error;
}
