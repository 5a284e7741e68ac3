/**
 * Lines of agreements and accounts. Pure.
 */
import { randomUUID } from "node:crypto";
import { misfit } from "../registry/policy-fit.ts";
import type { LineOf } from "./line-schema.ts";
import { type Planning, unchanged, unknown } from "./plan.ts";
import { pointAt } from "./plan-meters.ts";
import { Refusal, type Verdict } from "./verdict.ts";

type Outcome = Pick<Verdict, "verdict" | "id">;

/**
 * Makes an agreement. One that was ended is not begun again by the line that made it: only by one with another `from`.
 */
export function planAgreement(at: Planning, line: LineOf<"agreement">): Outcome {
  const customer = at.world.customers.get(line.customer);
  if (customer === undefined) {
    throw unknown("customer", `customer ${line.customer}`, "put its line before this one");
  }
  const { point } = pointAt(at, line);
  const open = point.agreements.find(({ to_at }) => to_at === null);
  const own = point.agreements.filter(({ customer_id }) => customer_id === customer.id);
  const isThere = own.some(
    ({ from_at, to_at }) =>
      to_at === null || line.from === undefined || from_at.getTime() === line.from.getTime(),
  );
  if (isThere) return { verdict: "unchanged" };
  if (open !== undefined) {
    throw new Refusal(
      "place_taken",
      "customer",
      `somebody else has this usage point: change the tenancy (POST /v1/agreements/ID:change-tenancy)`,
    );
  }
  const from_at = line.from ?? at.now;
  const agreement = { id: randomUUID(), customer_id: customer.id, point, role: line.role, from_at };
  point.agreements.push({ customer_id: customer.id, from_at, to_at: null });
  at.plan.agreements.push(agreement);
  return { verdict: "made", id: agreement.id };
}

/** Opens an account where a meter stands. Money never comes with it. */
export function planAccount(at: Planning, line: LineOf<"account">, verdict: Verdict): Outcome {
  const { world, plan } = at;
  const meter = world.meters.get(line.meter);
  if (meter === undefined || meter.isRetired) {
    throw unknown("meter", `meter ${line.meter} in use`, "put its line before this one");
  }
  const list = world.lists.get(line.price_list);
  if (list === undefined) {
    throw unknown("price_list", `price list ${line.price_list}`, "publish it at /v1/price-lists");
  }
  const policy = world.policies.get(line.supply_policy);
  if (policy === undefined) {
    const what = `supply policy ${line.supply_policy}`;
    throw unknown("supply_policy", what, "make it at /v1/supply-policies");
  }
  const { point } = meter;
  if (point.account !== undefined) {
    return unchanged(point.account.id, `the account of meter ${line.meter}`, [
      ["price_list", point.account.priceListId, list.id],
      ["supply_policy", point.account.policyId, policy.id],
    ]);
  }
  if (list.service !== meter.service) {
    const detail = `is for ${list.service}, and meter ${line.meter} counts ${meter.service}: name another`;
    throw new Refusal("misfit", "price_list", detail);
  }
  if (list.currency !== policy.currency) {
    const detail = `is in ${policy.currency}, and the price list in ${list.currency}: name another`;
    throw new Refusal("misfit", "supply_policy", detail);
  }
  const holds = list.basis === "purchase" ? "quantity" : "money";
  const why = misfit({ policy, account: { service: meter.service, holds } });
  if (why !== undefined) throw new Refusal("misfit", "supply_policy", why);
  point.account = { id: "", priceListId: list.id, policyId: policy.id };
  plan.openings.push({ meter, list, policy, mode: line.payment_mode, verdict });
  return { verdict: "made" };
}
