/**
 * What a vend is paid with. Any word is a tender; some of them mean more: `cash` is counted at the end of a shift, a `voucher`
 * pays once, `free_issue` is credit that nobody pays for.
 */
import { formatMicros } from "../../engine/contract/decimal.ts";
import { Problem } from "../problems.ts";
import type { Queryable } from "../registry/database.ts";
import { operatorOf } from "../registry/operators.ts";
import type { VendBody } from "./body.ts";

/** The tender that is counted in the drawer. */
export const CASH = "cash";
const VOUCHER = "voucher";
const FREE_ISSUE = "free_issue";

/** Whether nobody pays for it: it takes nothing from a float and earns nothing. */
export function isFree({ tender }: Pick<VendBody, "tender">): boolean {
  return tender.type === FREE_ISSUE;
}

/** Whether a tender may pay so; throws a Problem. */
export async function judgeTender(
  db: Queryable,
  asked: { body: VendBody; operatorId: string; mayIssueFree: boolean },
): Promise<void> {
  const { tender, amount, currency } = asked.body;
  if (tender.type === VOUCHER && tender.reference === undefined) {
    throw new Problem("invalid_request", {
      detail: "tender/reference is needed for a voucher: its number",
      errors: [{ pointer: "/tender/reference", message: "is needed for a voucher: its number" }],
    });
  }
  if (tender.type !== FREE_ISSUE) return;
  if (!asked.mayIssueFree) {
    throw new Problem("forbidden", { detail: "a free issue needs the scope accounts:write" });
  }
  const { adjustment_limit_micros: limit } = await operatorOf(db, asked.operatorId);
  if (amount <= limit) return;
  throw new Problem("free_issue_over_limit", {
    detail: `a free issue is at most the operator's adjustment_limit, ${formatMicros(limit)} ${currency}: adjust the account, which another key approves`,
    errors: [{ pointer: "/amount", message: "is over adjustment_limit" }],
  });
}

/** The refusal of a voucher that has paid. */
export function voucherUsed({ tender }: VendBody): Problem {
  return new Problem("voucher_used", {
    detail: `voucher ${tender.reference} has paid for another vend: take another`,
    errors: [{ pointer: "/tender/reference", message: "was used" }],
  });
}
