/**
 * Whether a supply policy fits an account: its money is of the account's currency, and its flows are in units of the service.
 */
import { eq } from "drizzle-orm";
import type { Service } from "../../engine/contract/services.ts";
import { isUnitOf } from "../policy-units.ts";
import { Problem } from "../problems.ts";
import type { Queryable } from "./database.ts";
import { type PolicyTerms, unitsOf } from "./policy-terms.ts";
import { accounts } from "./schema/accounts.ts";

/** What a policy is for, and what an account is. */
type Fits = { policy: { unit: string | null; terms: PolicyTerms }; account: Subject };
type Subject = { service: Service; holds: "money" | "quantity" };

/** Why a policy does not fit an account, in one line; undefined where it does. */
export function misfit({ policy, account }: Fits): string | undefined {
  const { service, holds } = account;
  if ((policy.unit === null) !== (holds === "money")) {
    return holds === "money"
      ? `it is in ${policy.unit}, and the account holds money`
      : "it is in money, and the account holds quantity: make one with a unit";
  }
  const wrong = unitsIn(policy).find(({ unit }) => !isUnitOf(unit, service));
  return wrong && `${wrong.rung} is in ${wrong.unit}, which is no unit of ${service}`;
}

/** All units that a policy names, and where. */
export function unitsIn({ unit, terms }: Fits["policy"]): { rung: string; unit: string }[] {
  return [...(unit === null ? [] : [{ rung: "max_balance", unit }]), ...unitsOf(terms)];
}

/** Throws a Problem when terms do not fit the service of an account that is under the policy. */
export async function refuseMisfits(
  tx: Queryable,
  policyId: string,
  policy: Fits["policy"],
): Promise<void> {
  const subjects = await tx
    .selectDistinct({ service: accounts.service, holds: accounts.holds })
    .from(accounts)
    .where(eq(accounts.policy_id, policyId));
  for (const account of subjects) {
    const why = misfit({ policy, account });
    if (why === undefined) continue;
    throw new Problem("policy_mismatch", {
      detail: `accounts of ${account.service} are under this policy, and ${why}: make another policy for them`,
    });
  }
}
