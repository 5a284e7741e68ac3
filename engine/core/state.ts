/**
 * Reads a shard's state out of its memory, for questions, events and checks. Never while a batch is in flight.
 */
import {
  COLD_ACCOUNT_ID,
  COLD_BASE,
  COLD_BYTES,
  COLD_COMMAND_NUMBER,
  COLD_EXTRA,
  COLD_LIST,
  COLD_LOW_LEVEL,
  COLD_POLICY,
  COLD_SUPPLY_NUMBER,
  COLD_SUPPLY_STATE,
  COLD_SUPPLY_WANTED,
  EXTRA_BASE,
  EXTRA_BYTES,
  FLAG_ESTIMATED,
  FLAG_OPEN,
  FLAG_QUARANTINED,
  FLAG_READ,
  FLAG_STALE,
  GATEWAY_BYTES,
  GATEWAY_EPOCH,
  GATEWAY_FOREIGN,
  GATEWAY_KEY,
  GATEWAY_KEY_BYTES,
  GATEWAY_MALFORMED,
  GATEWAY_NUMBER,
  GATEWAY_ROSTER,
  GATEWAY_SEQUENCE,
  GATEWAYS_BASE,
  HOT_BALANCE,
  HOT_BASE,
  HOT_BYTES,
  HOT_FLAGS,
  HOT_GATEWAY,
  HOT_READ_S,
  HOT_REGISTER,
  POLICIES_BASE,
  POLICY_BYTES,
  STATE_BASE,
  STATE_COMMAND_NUMBER,
  STATE_GATEWAYS,
  STATE_SLOTS,
  STATE_TICKED_S,
} from "../../kernel-as/assembly/layout.ts";
import { UNAPPLIED_WINDOW, type UnappliedFrame } from "../contract/acks.ts";
import { type AccountState, CREDIT_STATUSES } from "../contract/queries.ts";
import {
  RECORD,
  RECORD_BYTES_MAX,
  RECORD_FLAG,
  recordBytes,
  stateIn,
} from "../contract/state-record.ts";
import type { GatewayState } from "./admit.ts";
import { holdsQuantity, putBought, putExtra } from "./extra-state.ts";

const OK = CREDIT_STATUSES.indexOf("ok");
const LOW = CREDIT_STATUSES.indexOf("low");
const EXHAUSTED = CREDIT_STATUSES.indexOf("exhausted");
const SCRATCH = new DataView(new ArrayBuffer(RECORD_BYTES_MAX));

/** One shard's state, read on demand. */
export class ShardState {
  readonly shard: number;
  readonly #view: DataView;
  readonly #bytes: Uint8Array;

  constructor(shard: number, memory: WebAssembly.Memory) {
    this.shard = shard;
    this.#view = new DataView(memory.buffer);
    this.#bytes = new Uint8Array(memory.buffer);
  }

  /** Slots in use. */
  get slots(): number {
    return this.#view.getUint32(STATE_BASE + STATE_SLOTS, true);
  }

  /** Number of the shard's last command. */
  get commandNumber(): number {
    return this.#view.getUint32(STATE_BASE + STATE_COMMAND_NUMBER, true);
  }

  /** Time of the last tick. */
  get tickedS(): number {
    return this.#view.getUint32(STATE_BASE + STATE_TICKED_S, true);
  }

  /** The account's id, as text; of a slot that was never opened all zeros. */
  accountId(slot: number): string {
    const at = COLD_BASE + slot * COLD_BYTES + COLD_ACCOUNT_ID;
    const hex = Buffer.from(this.#bytes.slice(at, at + 16)).toString("hex");
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      hex.slice(12, 16),
      hex.slice(16, 20),
      hex.slice(20),
    ].join("-");
  }

  /** The gateway that reads the account's meter. */
  gatewayOf(slot: number): number {
    return this.#view.getUint32(HOT_BASE + slot * HOT_BYTES + HOT_GATEWAY, true);
  }

  /** The gateways of the shard's directory. */
  gateways(): GatewayState[] {
    const count = this.#view.getUint32(STATE_BASE + STATE_GATEWAYS, true);
    return Array.from({ length: count }, (_, index) => this.#gateway(index));
  }

  /**
   * The frames of a gateway's epoch that were used and not applied, among the last UNAPPLIED_WINDOW, oldest first. Part of
   * the state, so that a gateway is told of them after a crash, too.
   */
  unapplied(index: number): UnappliedFrame[] {
    const at = GATEWAYS_BASE + index * GATEWAY_BYTES;
    const last = this.#view.getUint32(at + GATEWAY_SEQUENCE, true);
    const foreign = this.#view.getBigUint64(at + GATEWAY_FOREIGN, true);
    const malformed = this.#view.getBigUint64(at + GATEWAY_MALFORMED, true);
    if (foreign === 0n && malformed === 0n) return [];
    const frames: UnappliedFrame[] = [];
    for (let back = UNAPPLIED_WINDOW - 1; back >= 0; back--) {
      const bit = 1n << BigInt(back);
      if ((foreign & bit) !== 0n) frames.push({ sequence: last - back, code: "foreign_slot" });
      if ((malformed & bit) !== 0n) frames.push({ sequence: last - back, code: "malformed" });
    }
    return frames;
  }

  /** An account's state for the world, or null where there is none. */
  account(slot: number): AccountState | null {
    return this.putAccount(slot, SCRATCH, 0) === 0 ? null : stateIn(SCRATCH, 0, slot);
  }

  /** Writes an account's state as a record (state-record.ts), and gives the record's length; 0 where there is no account. */
  putAccount(slot: number, out: DataView, at: number): number {
    if (slot >= this.slots) return 0;
    const view = this.#view;
    const hot = HOT_BASE + slot * HOT_BYTES;
    const cold = COLD_BASE + slot * COLD_BYTES;
    const flags = view.getUint32(hot + HOT_FLAGS, true);
    if ((flags & FLAG_OPEN) === 0) return 0;
    const place = {
      extra: EXTRA_BASE + view.getUint32(cold + COLD_EXTRA, true) * EXTRA_BYTES,
      policy: POLICIES_BASE + view.getUint32(cold + COLD_POLICY, true) * POLICY_BYTES,
      balance: view.getBigInt64(hot + HOT_BALANCE, true),
    };
    const record = { view: out, at };
    const more = putExtra(view, place, this.tickedS, record);
    const holds = holdsQuantity(view, slot) ? RECORD_FLAG.holdsQuantity : 0;
    out.setUint32(at + RECORD.boughtCycleS, 0, true);
    out.setBigInt64(at + RECORD.bought, 0n, true);
    if (holds !== 0) putBought(view, place.extra, record);
    out.setUint16(at + RECORD.flags, holds | more.flags | flagsOf(flags), true);
    const level = view.getUint32(cold + COLD_LOW_LEVEL, true);
    out.setUint8(at + RECORD.creditStatus, more.isExhausted ? EXHAUSTED : level > 0 ? LOW : OK);
    out.setUint8(at + RECORD.lowLevel, level);
    out.setBigInt64(at + RECORD.balance, place.balance, true);
    const isRead = (flags & FLAG_READ) !== 0;
    out.setUint32(at + RECORD.readS, isRead ? view.getUint32(hot + HOT_READ_S, true) : 0, true);
    const register = isRead ? view.getBigInt64(hot + HOT_REGISTER, true) : 0n;
    out.setBigInt64(at + RECORD.register, register, true);
    this.#putCold(cold, out, at);
    return recordBytes(out, at);
  }

  #putCold(cold: number, out: DataView, at: number): void {
    const view = this.#view;
    const u32 = (place: number): number => view.getUint32(cold + place, true);
    out.setUint8(at + RECORD.supplyState, u32(COLD_SUPPLY_STATE));
    out.setUint8(at + RECORD.supplyWanted, u32(COLD_SUPPLY_WANTED));
    out.setUint32(at + RECORD.supplyNumber, u32(COLD_SUPPLY_NUMBER), true);
    out.setUint32(at + RECORD.commandNumber, u32(COLD_COMMAND_NUMBER), true);
    out.setUint16(at + RECORD.priceList, u32(COLD_LIST), true);
    out.setUint16(at + RECORD.policy, u32(COLD_POLICY), true);
    for (let i = 0; i < 16; i += 4)
      out.setUint32(at + RECORD.accountId + i, u32(COLD_ACCOUNT_ID + i), true);
  }

  #gateway(index: number): GatewayState {
    const at = GATEWAYS_BASE + index * GATEWAY_BYTES;
    return {
      index,
      gateway: this.#view.getUint32(at + GATEWAY_NUMBER, true),
      key: this.#bytes.slice(at + GATEWAY_KEY, at + GATEWAY_KEY + GATEWAY_KEY_BYTES),
      epoch: this.#view.getUint32(at + GATEWAY_EPOCH, true),
      sequence: this.#view.getUint32(at + GATEWAY_SEQUENCE, true),
      rosterVersion: this.#view.getUint32(at + GATEWAY_ROSTER, true),
    };
  }
}

function flagsOf(flags: number): number {
  return (
    ((flags & FLAG_READ) !== 0 ? RECORD_FLAG.isRead : 0) |
    ((flags & FLAG_QUARANTINED) !== 0 ? RECORD_FLAG.quarantined : 0) |
    ((flags & FLAG_STALE) !== 0 ? RECORD_FLAG.stale : 0) |
    ((flags & FLAG_ESTIMATED) !== 0 ? RECORD_FLAG.estimated : 0)
  );
}
