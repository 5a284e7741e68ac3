/**
 * The commands that make a fleet: one price list, one policy, one gateway and many accounts in each shard.
 */
import { type EngineCommand, engineCommandMessage } from "../../engine/contract/commands.ts";
import { FLEET_GATEWAY, FLEET_KEY } from "./fleet-frames.ts";

const DAY_S = 86_400;
const LIST = {
  name: "Bench",
  service: "electricity",
  unit: "kWh",
  currency: "EUR",
  timezone: "UTC",
  rates: { all: [{ from: "0", price: "0.2412" }] },
};

/** The shard's own commands, in order; the price list covers 400 days from `beginS`. */
export function directory(beginS: number, automaticCut = false): EngineCommand[] {
  return [
    {
      op: "set_price_list",
      number: 1,
      index: 0,
      version: 1,
      effective_from_s: beginS,
      covers_from_s: beginS,
      covers_to_s: beginS + 400 * DAY_S,
      text: JSON.stringify(LIST),
    },
    {
      op: "set_policy",
      number: 2,
      index: 0,
      low_credit_micros: [],
      hysteresis_micros: "0",
      disablement_threshold_micros: "0",
      clearance_micros: "0",
      max_balance_micros: "4000000000000000000",
      automatic_cut: automaticCut,
      stale_after_s: 0,
    },
    {
      op: "set_gateway",
      number: 3,
      gateway: FLEET_GATEWAY,
      key: FLEET_KEY.toString("hex"),
      roster_version: 1,
    },
  ].map((each) => engineCommandMessage.parse(each));
}

const OPEN = engineCommandMessage.parse({
  op: "open_account",
  number: 1,
  slot: 0,
  account_id: "00000000-0000-4000-8000-000000000000",
  gateway: FLEET_GATEWAY,
  price_list: 0,
  policy: 0,
  recorded: false,
  modulus_atoms: "0",
  max_rate_atoms_per_hour: "0",
  step_atoms: "1",
});

/** Opens an account: its first command. */
export function openAccount(slot: number): EngineCommand {
  const account_id = `00000000-0000-4000-8000-${slot.toString(16).padStart(12, "0")}`;
  return { ...OPEN, slot, account_id } as EngineCommand;
}

/** Pays an account: its second command. */
export function creditAccount(slot: number, micros: bigint): EngineCommand {
  return { op: "credit", number: 2, slot, amount_micros: String(micros) };
}
