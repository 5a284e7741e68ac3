/**
 * Commands as the kernel reads them: the JSON of engine/contract/commands.ts in its binary form (layout.ts, "Bodies of
 * commands"). Price lists are compiled here, so that the journal holds tables and a replay needs no time zone data.
 */
import {
  CANCEL_BYTES,
  CANCEL_EFFECTIVE_S,
  COMMAND_TABLE,
  EXCHANGE_BYTES,
  EXCHANGE_CLOSED,
  EXCHANGE_CLOSING,
  EXCHANGE_GATEWAY,
  EXCHANGE_MAX_RATE,
  EXCHANGE_MODULUS,
  EXCHANGE_OPENING,
  EXCHANGE_RESOLUTION,
  INPUT_BYTES_MAX,
  KIND_CANCEL_VERSION,
  KIND_EXCHANGE_METER,
  KIND_OPEN_ACCOUNT,
  KIND_SET_GATEWAY,
  KIND_SET_PRICE_LIST,
  OPEN_ACCOUNT_ID,
  OPEN_BYTES,
  OPEN_GATEWAY,
  OPEN_LIST,
  OPEN_MAX_RATE,
  OPEN_MODULUS,
  OPEN_POLICY,
  OPEN_RECORDED,
  OPEN_RESOLUTION,
  SET_GATEWAY_BYTES,
  SET_GATEWAY_KEY,
  SET_GATEWAY_NUMBER,
  SET_GATEWAY_ROSTER,
} from "../../kernel-as/assembly/layout.ts";
import type { EngineCommand } from "../contract/commands.ts";
import { parsePriceListText } from "../contract/price-list/parse.ts";
import { compileTable } from "../tariff/compile.ts";
import { accountRecord } from "./account-records.ts";
import { calendarRecord } from "./calendar-record.ts";
import { moneyRecord } from "./money-records.ts";
import { policyRecord } from "./policy-record.ts";
import { account, type CommandResult, directory, fault, type Op, putBytes } from "./record-body.ts";

const RATE_MAX = 0xffff_ffffn;

/** Turns a command into its record. `gatewayIndexOf` gives a gateway's place in the shard's directory. */
export function toRecord(
  command: EngineCommand,
  gatewayIndexOf: (gateway: number) => number,
): CommandResult {
  switch (command.op) {
    case "open_account":
      return openAccount(command);
    case "exchange_meter":
      return exchangeMeter(command);
    case "credit":
    case "adjust":
    case "grant_credit":
    case "set_debt":
    case "reverse_credit":
    case "reserve_credit":
    case "release_credit":
    case "transfer_credit":
      return moneyRecord(command);
    case "cut":
    case "restore":
    case "activate_emergency_credit":
    case "accept_reading":
    case "reject_reading":
    case "set_payment_mode":
    case "cancel_mode_change":
    case "change_tenancy":
    case "set_critical_need":
    case "assign_policy":
    case "assign_price_list":
      return accountRecord(command);
    case "set_price_list":
      return setPriceList(command);
    case "set_policy":
      return policyRecord(command);
    case "set_calendar":
      return calendarRecord(command);
    case "cancel_price_list_version":
      return directory(KIND_CANCEL_VERSION, command.number, command.index, {
        bytes: CANCEL_BYTES,
        put: (view) => view.setUint32(CANCEL_EFFECTIVE_S, command.effective_from_s, true),
      });
    case "set_gateway":
      return setGateway(command, gatewayIndexOf(command.gateway));
  }
}

function openAccount(command: Op<"open_account">): CommandResult {
  return (
    meterFault(command) ??
    account(KIND_OPEN_ACCOUNT, command, OPEN_BYTES, (view) => {
      view.setUint32(OPEN_LIST, command.price_list, true);
      view.setUint32(OPEN_POLICY, command.policy, true);
      view.setUint32(OPEN_GATEWAY, command.gateway, true);
      view.setUint32(OPEN_MAX_RATE, Number(command.max_rate_atoms_per_hour), true);
      view.setUint32(OPEN_RESOLUTION, Number(command.step_atoms), true);
      view.setUint32(OPEN_RECORDED, command.recorded ? 1 : 0, true);
      view.setBigInt64(OPEN_MODULUS, BigInt(command.modulus_atoms), true);
      putBytes(view, OPEN_ACCOUNT_ID, Buffer.from(command.account_id.replaceAll("-", ""), "hex"));
    })
  );
}

function exchangeMeter(command: Op<"exchange_meter">): CommandResult {
  return (
    meterFault(command) ??
    account(KIND_EXCHANGE_METER, command, EXCHANGE_BYTES, (view) => {
      view.setUint32(EXCHANGE_GATEWAY, command.gateway, true);
      view.setUint32(EXCHANGE_MAX_RATE, Number(command.max_rate_atoms_per_hour), true);
      view.setUint32(EXCHANGE_RESOLUTION, Number(command.step_atoms), true);
      view.setUint32(EXCHANGE_CLOSED, command.closing_atoms === undefined ? 0 : 1, true);
      view.setBigInt64(EXCHANGE_MODULUS, BigInt(command.modulus_atoms), true);
      view.setBigInt64(EXCHANGE_CLOSING, BigInt(command.closing_atoms ?? "0"), true);
      view.setBigInt64(EXCHANGE_OPENING, BigInt(command.opening_atoms), true);
    })
  );
}

function setPriceList(command: Op<"set_price_list">): CommandResult {
  const parsed = parsePriceListText(command.text);
  if (!parsed.ok)
    return {
      ok: false,
      faults: parsed.faults.map((each) => ({ ...each, pointer: `/text${each.pointer}` })),
    };
  let table: Uint8Array;
  try {
    table = compileTable(parsed.priceList, {
      version: command.version,
      effectiveFromS: command.effective_from_s,
      fromS: command.covers_from_s,
      toS: command.covers_to_s,
    });
  } catch (error) {
    if (error instanceof RangeError) return fault("/covers_to_s", error.message);
    throw error;
  }
  if (COMMAND_TABLE + table.length > INPUT_BYTES_MAX)
    return fault("/covers_to_s", "the compiled table is longer than a batch: cover a shorter span");
  return directory(KIND_SET_PRICE_LIST, command.number, command.index, {
    bytes: COMMAND_TABLE + table.length,
    put: (view) => putBytes(view, COMMAND_TABLE, table),
  });
}

function setGateway(command: Op<"set_gateway">, index: number): CommandResult {
  return directory(KIND_SET_GATEWAY, command.number, index, {
    bytes: SET_GATEWAY_BYTES,
    put(view) {
      view.setUint32(SET_GATEWAY_NUMBER, command.gateway, true);
      view.setUint32(SET_GATEWAY_ROSTER, command.roster_version, true);
      putBytes(view, SET_GATEWAY_KEY, Buffer.from(command.key, "hex"));
    },
  });
}

function meterFault(meter: {
  max_rate_atoms_per_hour: string;
  step_atoms: string;
}): CommandResult | undefined {
  if (BigInt(meter.max_rate_atoms_per_hour) > RATE_MAX) {
    return fault("/max_rate_atoms_per_hour", `must be at most ${RATE_MAX} atoms an hour`);
  }
  return BigInt(meter.step_atoms) > RATE_MAX
    ? fault("/step_atoms", `must be at most ${RATE_MAX} atoms`)
    : undefined;
}
