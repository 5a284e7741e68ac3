/**
 * Commands as the kernel reads them: the JSON of engine/contract/commands.ts in its binary form (layout.ts, "Bodies of
 * commands"). Price lists are compiled here, so that the journal holds tables and a replay needs no time zone data.
 */
import {
  COMMAND_AMOUNT,
  COMMAND_POLICY,
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
  KIND_ADJUST,
  KIND_CREDIT,
  KIND_CUT,
  KIND_EXCHANGE_METER,
  KIND_OPEN_ACCOUNT,
  KIND_RESTORE,
  KIND_SET_GATEWAY,
  KIND_SET_POLICY,
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
  POLICY_AUTOMATIC_CUT,
  POLICY_BALANCE_MAX,
  POLICY_BYTES,
  POLICY_CLEARANCE,
  POLICY_DISABLEMENT,
  POLICY_HYSTERESIS,
  POLICY_LOW,
  POLICY_STALE_AFTER_S,
  POLICY_THRESHOLDS,
  POLICY_USED,
  SET_GATEWAY_BYTES,
  SET_GATEWAY_KEY,
  SET_GATEWAY_NUMBER,
  SET_GATEWAY_ROSTER,
} from "../../kernel-as/assembly/layout.ts";
import type { EngineCommand } from "../contract/commands.ts";
import { parsePriceListText } from "../contract/price-list/parse.ts";
import { compileTable } from "../tariff/compile.ts";
import type { RecordBody } from "./input.ts";

/** What is wrong with a command, by place. */
export type Fault = { pointer: string; message: string };
/** A command ready for the batch: `slot` is the directory's index for a shard's command. */
export type CommandRecord = { kind: number; number: number; slot: number; body: RecordBody };
/** A command that was read, or what is wrong with it. */
export type CommandResult = { ok: true; record: CommandRecord } | { ok: false; faults: Fault[] };

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
      return BigInt(command.amount_micros) > 0n
        ? money(KIND_CREDIT, command)
        : fault("/amount_micros", "a credit must be above 0; use adjust to take money");
    case "adjust":
      return money(KIND_ADJUST, command);
    case "cut":
      return account(KIND_CUT, command, COMMAND_AMOUNT, () => {});
    case "restore":
      return account(KIND_RESTORE, command, COMMAND_AMOUNT, () => {});
    case "set_price_list":
      return setPriceList(command);
    case "set_policy":
      return setPolicy(command);
    case "set_gateway":
      return setGateway(command, gatewayIndexOf(command.gateway));
  }
}

type Op<Name> = Extract<EngineCommand, { op: Name }>;

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

function setPolicy(command: Op<"set_policy">): CommandResult {
  const low = command.low_credit_micros.map(BigInt);
  if (low.some((each, i) => i > 0 && each >= (low[i - 1] ?? each))) {
    return fault("/low_credit_micros", "thresholds must fall from the first to the last");
  }
  if (BigInt(command.hysteresis_micros) < 0n || BigInt(command.clearance_micros) < 0n) {
    return fault("/hysteresis_micros", "hysteresis and clearance can't be negative");
  }
  return directory(KIND_SET_POLICY, command.number, command.index, {
    bytes: COMMAND_POLICY + POLICY_BYTES,
    put(record) {
      const view = new DataView(record.buffer, record.byteOffset + COMMAND_POLICY, POLICY_BYTES);
      view.setUint32(POLICY_USED, 1, true);
      view.setUint32(POLICY_THRESHOLDS, low.length, true);
      view.setUint32(POLICY_AUTOMATIC_CUT, command.automatic_cut ? 1 : 0, true);
      view.setUint32(POLICY_STALE_AFTER_S, command.stale_after_s, true);
      for (const [i, each] of low.entries()) view.setBigInt64(POLICY_LOW + i * 8, each, true);
      view.setBigInt64(POLICY_HYSTERESIS, BigInt(command.hysteresis_micros), true);
      view.setBigInt64(POLICY_DISABLEMENT, BigInt(command.disablement_threshold_micros), true);
      view.setBigInt64(POLICY_CLEARANCE, BigInt(command.clearance_micros), true);
      view.setBigInt64(POLICY_BALANCE_MAX, BigInt(command.max_balance_micros), true);
    },
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

function money(kind: number, command: Op<"credit"> | Op<"adjust">): CommandResult {
  return account(kind, command, COMMAND_AMOUNT + 8, (view) =>
    view.setBigInt64(COMMAND_AMOUNT, BigInt(command.amount_micros), true),
  );
}

function account(
  kind: number,
  command: { number: number; slot: number },
  bytes: number,
  put: (view: DataView) => void,
): CommandResult {
  return {
    ok: true,
    record: { kind, number: command.number, slot: command.slot, body: { bytes, put } },
  };
}

function directory(kind: number, number: number, index: number, body: RecordBody): CommandResult {
  return { ok: true, record: { kind, number, slot: index, body } };
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

function fault(pointer: string, message: string): CommandResult {
  return { ok: false, faults: [{ pointer, message }] };
}

function putBytes(view: DataView, at: number, bytes: Uint8Array): void {
  new Uint8Array(view.buffer, view.byteOffset + at, bytes.length).set(bytes);
}
