/**
 * Commands on an account's supply, readings and terms, in their binary form.
 */
import {
  ASSIGN_AT_S,
  ASSIGN_BYTES,
  ASSIGN_LIST,
  ASSIGN_POLICY,
  COMMAND_AMOUNT,
  CRITICAL_BYTES,
  CRITICAL_CRITICAL,
  CUT_BYTES,
  CUT_OVERRIDE,
  KIND_ACCEPT_READING,
  KIND_ACTIVATE_EMERGENCY,
  KIND_ASSIGN_LIST,
  KIND_ASSIGN_POLICY,
  KIND_CANCEL_MODE,
  KIND_CHANGE_TENANCY,
  KIND_CUT,
  KIND_REJECT_READING,
  KIND_RESTORE,
  KIND_SET_CRITICAL,
  KIND_SET_MODE,
  MODE_AT_S,
  MODE_BYTES,
  MODE_CAP,
  MODE_MODE,
  MODE_SHARE,
  READING_AT_S,
  READING_BASELINE,
  READING_BYTES,
  READING_REGISTER,
  TENANCY_BYTES,
  TENANCY_CLOSED,
  TENANCY_CLOSING,
} from "../../kernel-as/assembly/layout.ts";
import { MONEY_MAX, PAYMENT_MODES } from "../contract/fields.ts";
import { account, type CommandResult, type Op, putAmount } from "./record-body.ts";

type AccountCommand = Op<
  | "cut"
  | "restore"
  | "activate_emergency_credit"
  | "accept_reading"
  | "reject_reading"
  | "set_payment_mode"
  | "cancel_mode_change"
  | "change_tenancy"
  | "set_critical_need"
  | "assign_policy"
  | "assign_price_list"
>;

/** The record of a command on an account that moves no money by itself. */
export function accountRecord(command: AccountCommand): CommandResult {
  switch (command.op) {
    case "cut":
      return account(KIND_CUT, command, CUT_BYTES, (view) =>
        view.setUint32(CUT_OVERRIDE, command.override === true ? 1 : 0, true),
      );
    case "restore":
      return account(KIND_RESTORE, command, COMMAND_AMOUNT, () => {});
    case "activate_emergency_credit":
      return account(KIND_ACTIVATE_EMERGENCY, command, COMMAND_AMOUNT, () => {});
    case "cancel_mode_change":
      return account(KIND_CANCEL_MODE, command, COMMAND_AMOUNT, () => {});
    case "accept_reading":
      return reading(KIND_ACCEPT_READING, command, command.as === "baseline");
    case "reject_reading":
      return reading(KIND_REJECT_READING, command, false);
    case "set_payment_mode":
      return account(KIND_SET_MODE, command, MODE_BYTES, (view) => {
        view.setUint32(MODE_MODE, PAYMENT_MODES.indexOf(command.mode), true);
        view.setUint32(MODE_AT_S, command.at_s, true);
        view.setUint32(MODE_SHARE, command.share_ppm ?? 0, true);
        putAmount(view, MODE_CAP, command.weekly_cap_micros ?? MONEY_MAX.toString());
      });
    case "change_tenancy":
      return account(KIND_CHANGE_TENANCY, command, TENANCY_BYTES, (view) => {
        view.setUint32(TENANCY_CLOSED, command.closing_atoms === undefined ? 0 : 1, true);
        putAmount(view, TENANCY_CLOSING, command.closing_atoms ?? "0");
      });
    case "set_critical_need":
      return account(KIND_SET_CRITICAL, command, CRITICAL_BYTES, (view) =>
        view.setUint32(CRITICAL_CRITICAL, command.critical ? 1 : 0, true),
      );
    case "assign_price_list":
      return account(KIND_ASSIGN_LIST, command, ASSIGN_BYTES, (view) => {
        view.setUint32(ASSIGN_LIST, command.price_list, true);
        view.setUint32(ASSIGN_AT_S, command.at_s, true);
      });
    case "assign_policy":
      return account(KIND_ASSIGN_POLICY, command, ASSIGN_BYTES, (view) =>
        view.setUint32(ASSIGN_POLICY, command.policy, true),
      );
  }
}

function reading(
  kind: number,
  command: Op<"accept_reading"> | Op<"reject_reading">,
  isBaseline: boolean,
): CommandResult {
  return account(kind, command, READING_BYTES, (view) => {
    view.setUint32(READING_AT_S, command.at_s, true);
    view.setUint32(READING_BASELINE, isBaseline ? 1 : 0, true);
    putAmount(view, READING_REGISTER, command.register_atoms);
  });
}
