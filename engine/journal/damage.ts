/**
 * Damage to the journal: what is wrong, where, and what to do. The engine does not start over it, since what is damaged
 * was acknowledged.
 */

/** Where the damage is; `mend` where it is not to restore a backup. */
export type DamagePlace = { file: string; at: number; reason: string; mend?: string };

const RESTORE = "restore journal and snapshots from one backup (docs/operations.md)";

/** The journal is not whole. Its message names file, byte and what to do; nothing was changed on disk. */
export class JournalDamage extends Error {
  readonly code = "journal_damaged";
  readonly file: string;
  readonly at: number;

  constructor({ file, at, reason, mend = RESTORE }: DamagePlace) {
    super(`${file} at byte ${at}: ${reason}: ${mend}; nothing was changed`);
    this.name = "JournalDamage";
    this.file = file;
    this.at = at;
  }
}
