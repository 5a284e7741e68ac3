/**
 * Places of accounts: a shard of the installation, a slot in the shard, and both in one number.
 */

/** Most accounts in one shard, ever: slots are given once and never again. */
export const SLOTS_MAX = 1 << 20;
/** Most shards of an installation. */
export const SHARDS_MAX = 1 << 10;
/** Highest gateway number. Gateway numbers begin at 1; 0 is nobody. */
export const GATEWAY_MAX = 0xffff_fffe;

/** Shard and slot as the one number that ClickHouse rows carry: shard × 2^20 + slot. */
export function accountNumber(shard: number, slot: number): number {
  return shard * SLOTS_MAX + slot;
}
