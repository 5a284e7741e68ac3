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

/** The rung of a policy whose unit is not one of the service, in one line; undefined where all fit. */
export function misfit(terms: PolicyTerms, service: Service): string | undefined {
  const wrong = unitsOf(terms).find(({ unit }) => !isUnitOf(unit, service));
  return wrong && `${wrong.rung} is in ${wrong.unit}, which is no unit of ${service}`;
}

/** Throws a Problem when terms do not fit the service of an account that is under the policy. */
export async function refuseMisfits(
  tx: Queryable,
  policyId: string,
  terms: PolicyTerms,
): Promise<void> {
  const services = await tx
    .selectDistinct({ service: accounts.service })
    .from(accounts)
    .where(eq(accounts.policy_id, policyId));
  for (const { service } of services) {
    const why = misfit(terms, service);
    if (why === undefined) continue;
    throw new Problem("policy_mismatch", {
      detail: `accounts of ${service} are under this policy, and ${why}: make another policy for them`,
    });
  }
}
