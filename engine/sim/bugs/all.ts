/**
 * All planted bugs by name.
 */
import {
  believesSilence,
  retriesUnderNewNumber,
  reusesNumber,
  sweepsUnderNewNumber,
} from "./api-bugs.ts";
import type { Bug } from "./bug.ts";
import * as disk from "./disk-bugs.ts";
import * as gateway from "./gateway-bugs.ts";
import * as journal from "./journal-bugs.ts";

/** A bug, and the seed from which on it is looked for: where it shows soon. */
export type PlantedBug = { bug: Bug; from: number };

/** Each breaks a promise, which the simulator must notice. */
export const BUGS: Readonly<Record<string, PlantedBug>> = {
  "acknowledge before the sync": { bug: disk.acknowledgesBeforeSync, from: 1 },
  "never sync": { bug: disk.neverSyncs, from: 1 },
  "pass over a failed sync": { bug: disk.ignoresFailedSync, from: 1 },
  "pass over a failed write": { bug: disk.ignoresFailedWrite, from: 30 },
  "forget to sync the folder": { bug: disk.forgetsFolderSync, from: 1 },
  "never sync the spool": { bug: disk.spoolNeverSyncs, from: 6 },
  "forget to sync the spool's folder": { bug: disk.spoolForgetsFolderSync, from: 6 },
  "skip one record on replay": { bug: journal.skipsOneOnReplay, from: 2 },
  "replay one record twice": { bug: journal.replaysOneTwice, from: 2 },
  "snapshot ahead of outputs": { bug: journal.snapshotsAheadOfOutputs, from: 16 },
  "snapshot older than it says": { bug: journal.snapshotSaysTooMuch, from: 1 },
  "count outputs as published when sent": { bug: journal.publishesWithoutWaiting, from: 1 },
  "publish before the batch is durable": { bug: journal.publishesBeforeDurable, from: 1 },
  "note outputs as published ahead": { bug: journal.forgetsWhatWasPublished, from: 3 },
  "remove too much of the journal": { bug: journal.removesTooMuchJournal, from: 1 },
  "ignore a snapshot's digest": { bug: journal.ignoresSnapshotDigest, from: 1 },
  "ignore a record's checksum": { bug: journal.ignoresChecksums, from: 3 },
  "let a frame go when published": { bug: gateway.letsGoOnPublish, from: 2 },
  "let one frame too many go": { bug: gateway.letsGoOneTooMany, from: 2 },
  "ignore refusals": { bug: gateway.ignoresRefusals, from: 25 },
  "begin a new spool with an old epoch": { bug: gateway.forgetsEpoch, from: 68 },
  "accept a gap": { bug: gateway.acceptsGap, from: 1 },
  "apply before dedupe": { bug: gateway.appliesRepeats, from: 1 },
  "sweep under a new number": { bug: sweepsUnderNewNumber, from: 1 },
  "retry under a new number": { bug: retriesUnderNewNumber, from: 1 },
  "reuse a command number": { bug: reusesNumber, from: 1 },
  "believe silence": { bug: believesSilence, from: 1 },
};
