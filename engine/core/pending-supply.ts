/**
 * Supply commands that meters have not confirmed, made again from the accounts' states: for when the broker has lost its
 * store. A gateway that has carried one out knows it by its number.
 */
import {
  COLD_BASE,
  COLD_BYTES,
  COLD_SUPPLY_NUMBER,
  COLD_SUPPLY_STATE,
  COLD_SUPPLY_WANTED,
} from "../../kernel-as/assembly/layout.ts";
import type { AccountState } from "../contract/queries.ts";
import type { SupplyMessage } from "../contract/supply.ts";
import { SUPPLY_EXPIRY_S } from "./event-records.ts";
import { supplyOutput } from "./messages.ts";
import type { OutMessage } from "./outbox.ts";
import { ShardState } from "./state.ts";

/** The commands of one shard, asked for anew at `nowS`. */
export function pendingSupply(
  shard: number,
  memory: WebAssembly.Memory,
  nowS: number,
): OutMessage[] {
  const state = new ShardState(shard, memory);
  const view = new DataView(memory.buffer);
  const messages: OutMessage[] = [];
  for (let slot = 0; slot < state.slots; slot++) {
    const cold = COLD_BASE + slot * COLD_BYTES;
    const wanted = view.getUint32(cold + COLD_SUPPLY_WANTED, true);
    const number = view.getUint32(cold + COLD_SUPPLY_NUMBER, true);
    if (number === 0 || wanted === view.getUint32(cold + COLD_SUPPLY_STATE, true)) continue;
    const account = state.account(slot);
    const gateway = state.gatewayOf(slot);
    if (account === null || gateway === 0) continue;
    const times = { requested_s: nowS, expires_s: nowS + SUPPLY_EXPIRY_S };
    messages.push(supplyOutput(gateway, { shard, slot, number, ...orderOf(account), ...times }));
  }
  return messages;
}

function orderOf(account: AccountState): Pick<SupplyMessage, "action" | "limit_atoms_per_hour"> {
  switch (account.supply_wanted) {
    case "disconnected":
      return { action: "cut" };
    case "connected":
      return { action: "restore" };
    case "ready_for_reconnection":
      return { action: "arm" };
    case "limited":
      return { action: "limit", limit_atoms_per_hour: account.supply_limit_atoms_per_hour };
  }
}
