/**
 * Reads a shard's state out of its memory, for questions, events and checks. Never while a batch is in flight.
 */
import {
  COLD_ACCOUNT_ID,
  COLD_BASE,
  COLD_BYTES,
  COLD_COMMAND_NUMBER,
  COLD_LIST,
  COLD_LOW_LEVEL,
  COLD_POLICY,
  COLD_SUPPLY_NUMBER,
  COLD_SUPPLY_STATE,
  COLD_SUPPLY_WANTED,
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
  STATE_BASE,
  STATE_COMMAND_NUMBER,
  STATE_GATEWAYS,
  STATE_SLOTS,
  STATE_TICKED_S,
} from "../../kernel-as/assembly/layout.ts";
import { UNAPPLIED_WINDOW, type UnappliedFrame } from "../contract/acks.ts";
import type { AccountState } from "../contract/queries.ts";
import { supplyStateOf } from "../contract/supply.ts";
import type { GatewayState } from "./admit.ts";
import { extraStateOf } from "./extra-state.ts";

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
    if (slot >= this.slots) return null;
    const view = this.#view;
    const hot = HOT_BASE + slot * HOT_BYTES;
    const cold = COLD_BASE + slot * COLD_BYTES;
    const flags = view.getUint32(hot + HOT_FLAGS, true);
    if ((flags & FLAG_OPEN) === 0) return null;
    const { availableMicros, isExhausted, ...extra } = extraStateOf(view, slot, this.tickedS);
    const level = view.getUint32(cold + COLD_LOW_LEVEL, true);
    const read = (flags & FLAG_READ) !== 0;
    return {
      slot,
      account_id: this.accountId(slot),
      balance_micros: view.getBigInt64(hot + HOT_BALANCE, true).toString(),
      available_credit_micros: availableMicros.toString(),
      credit_status: isExhausted ? "exhausted" : level > 0 ? "low" : "ok",
      low_credit_level: level,
      supply_state: supplyStateOf(view.getUint32(cold + COLD_SUPPLY_STATE, true)) ?? "unknown",
      supply_wanted: wantedOf(view.getUint32(cold + COLD_SUPPLY_WANTED, true)),
      supply_number: view.getUint32(cold + COLD_SUPPLY_NUMBER, true),
      command_number: view.getUint32(cold + COLD_COMMAND_NUMBER, true),
      last_reading: read
        ? {
            at_s: view.getUint32(hot + HOT_READ_S, true),
            register_atoms: view.getBigInt64(hot + HOT_REGISTER, true).toString(),
          }
        : null,
      quarantined: (flags & FLAG_QUARANTINED) !== 0,
      stale: (flags & FLAG_STALE) !== 0,
      estimated: (flags & FLAG_ESTIMATED) !== 0,
      ...extra,
      price_list: view.getUint32(cold + COLD_LIST, true),
      policy: view.getUint32(cold + COLD_POLICY, true),
    };
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

/** A supply is never wanted to be unknown. */
function wantedOf(code: number): AccountState["supply_wanted"] {
  const state = supplyStateOf(code) ?? "connected";
  return state === "unknown" ? "connected" : state;
}
