/**
 * What follows from the engine's answers to commands, by what the command was.
 */
import type { Settlements } from "./engine/delivery.ts";
import { refusePlan, settlePlan } from "./instalments/plans.ts";
import { keepCriticalNeed, keepMode, makeSettleOrder } from "./orders/settle.ts";
import { settleExchange, undoExchange } from "./registry/exchange.ts";
import { settleQuarantine } from "./registry/quarantine.ts";
import { settleAssignments } from "./registry/settle-assignments.ts";
import { settleSupplyCommand } from "./registry/supply-commands.ts";
import { settleTenancy } from "./registry/tenancy.ts";
import { settleTransfer } from "./transfers/settle.ts";
import { finishVends } from "./vending/finish.ts";
import { settleReversal } from "./vendors/reversal.ts";

const settleOrder = makeSettleOrder(
  {
    set_critical_need: keepCriticalNeed,
    set_payment_mode: keepMode,
    accept_reading: settleQuarantine,
    reject_reading: settleQuarantine,
    change_tenancy: settleTenancy,
    exchange_meter: settleExchange,
    reverse_credit: settleReversal,
    set_debt: settlePlan,
  },
  { exchange_meter: undoExchange, set_debt: refusePlan },
);

/** A credit finishes its vend; a cut or restore moves its supply command on; what was ordered by hand has its outcome. */
export const SETTLEMENTS: Settlements = {
  credit: { together: finishVends },
  cut: settleSupplyCommand,
  restore: settleSupplyCommand,
  activate_emergency_credit: settleOrder,
  set_critical_need: settleOrder,
  set_debt: settleOrder,
  grant_credit: settleOrder,
  adjust: settleOrder,
  reverse_credit: settleOrder,
  set_payment_mode: settleOrder,
  cancel_mode_change: settleOrder,
  change_tenancy: settleOrder,
  exchange_meter: settleOrder,
  accept_reading: settleOrder,
  reject_reading: settleOrder,
  assign_policy: { together: settleAssignments },
  assign_price_list: { together: settleAssignments },
  reserve_credit: settleTransfer,
  transfer_credit: settleTransfer,
  release_credit: settleTransfer,
};
