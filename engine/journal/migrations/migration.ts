/**
 * What a migration of the state is: a pure step from one layout to the next, over the ranges of a snapshot.
 */

/** A range of a shard's memory with its content. */
export type StateRange = { address: number; content: Uint8Array };

/** Brings a state from layout `from` to the one after it. The ranges it is given stay as they are. */
export type Migration = {
  from: number;
  migrate(ranges: readonly StateRange[]): StateRange[];
};
