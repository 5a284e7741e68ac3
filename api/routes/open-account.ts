/**
 * Opening one account: everything it names is looked up within the caller's operator, then it is recorded and delivered.
 */
import type { ApiContext } from "../context.ts";
import { EngineUnavailable } from "../engine/engine-error.ts";
import type { Caller } from "../keys.ts";
import { Problem } from "../problems.ts";
import { type Account, openAccounts } from "../registry/accounts.ts";
import { recordAudit } from "../registry/audit.ts";
import { termsOf } from "../registry/effective.ts";
import { raiseRoster } from "../registry/gateways.ts";
import { type Meter, meterOf } from "../registry/meters.ts";
import { policyOf } from "../registry/policies.ts";
import { misfit } from "../registry/policy-fit.ts";
import { inForceAt } from "../registry/precedence.ts";
import { priceListOf } from "../registry/price-lists.ts";
import { applyNow } from "./apply-now.ts";
import { findGateway } from "./gateways.ts";
import { unknownList } from "./price-lists.ts";
import { unknownPolicy } from "./supply-policies.ts";

/** What an account is opened with. */
export type Opening = {
  meter_id: string;
  /** What is in force at the usage point where it is left out. */
  price_list_id: string | undefined;
  supply_policy_id: string | undefined;
  payment_mode: Account["payment_mode"];
};

/** Opens it. When the engine does not answer, the sweeper brings it there later. Throws a Problem. */
export async function openOne(
  context: ApiContext,
  { operatorId, keyId }: Caller,
  opening: Opening,
): Promise<Account> {
  const { db, clock } = context;
  const found = await findParts(context, operatorId, opening);
  const gateway = await findGateway(context, operatorId, found.meter.gateway);
  const openedAt = new Date(clock.nowS() * 1_000);
  const wanted = { ...found, paymentMode: opening.payment_mode, creditMicros: 0n };
  const { account, version } = await db.transaction(async (tx) => {
    const [account] = await openAccounts(tx, gateway, [wanted], openedAt);
    if (account === undefined) {
      throw new Problem("already_exists", {
        detail: `there is an account at the usage point of meter ${found.meter.serial} already`,
      });
    }
    await recordAudit(tx, {
      operator_id: operatorId,
      actor: keyId,
      channel: "api",
      action: "account.opened",
      object: `account/${account.id}`,
      at: openedAt,
    });
    return { account, version: await raiseRoster(tx, gateway.number) };
  });
  try {
    const { shard, slot } = account;
    await context.engine.deliver({ shard, slot: null }, Number.MAX_SAFE_INTEGER);
    await context.engine.deliver({ shard, slot }, Number.MAX_SAFE_INTEGER);
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
  }
  context.announceRoster(gateway.number, version);
  await applyNow(context);
  return account;
}

/** What the opening names; else what precedence gives at its usage point (R37). */
async function namedOrInForce(
  { db, clock }: ApiContext,
  meter: Meter,
  { price_list_id, supply_policy_id }: Opening,
): Promise<{ list: string; policy: string }> {
  if (price_list_id !== undefined && supply_policy_id !== undefined) {
    return { list: price_list_id, policy: supply_policy_id };
  }
  const nowMs = clock.nowS() * 1_000;
  const { lists } = await termsOf(db, subjectOf(meter), nowMs);
  const list = price_list_id ?? inForceAt(lists, nowMs)?.thing;
  if (list === undefined) throw nothingAssigned("price_list_unknown", "price_list_id");
  const known = await priceListOf(db, meter.operator_id, list);
  if (known === undefined) throw unknownList(list);
  const holds = known.basis === "purchase" ? "quantity" : "money";
  const { currency } = known;
  const { policies } = await termsOf(db, { ...subjectOf(meter), currency, holds }, nowMs);
  const policy = supply_policy_id ?? inForceAt(policies, nowMs)?.thing;
  if (policy === undefined) throw nothingAssigned("policy_unknown", "supply_policy_id");
  return { list, policy };
}

/** The place, without the meter's own id. */
function subjectOf({ operator_id, usage_point_id, service }: Meter) {
  return { operator_id, usage_point_id, service };
}

function nothingAssigned(code: "price_list_unknown" | "policy_unknown", member: string): Problem {
  const message = "is needed: nothing is assigned to this usage point";
  const errors = [{ pointer: `/${member}`, message }];
  return new Problem(code, { detail: `${member} ${message}`, errors });
}

async function findParts(context: ApiContext, operatorId: string, opening: Opening) {
  const { db } = context;
  const meter = await meterOf(db, operatorId, { id: opening.meter_id });
  if (meter === undefined || meter.retired_at !== null) {
    throw new Problem("meter_unknown", { detail: `there is no meter ${opening.meter_id} in use` });
  }
  const given = await namedOrInForce(context, meter, opening);
  const priceList = await priceListOf(db, operatorId, given.list);
  if (priceList === undefined) throw unknownList(given.list);
  const policy = await policyOf(db, operatorId, given.policy);
  if (policy === undefined) throw unknownPolicy(given.policy);
  if (priceList.service !== meter.service) {
    const message = `is for ${priceList.service}, and the meter counts ${meter.service}`;
    throw new Problem("invalid_request", {
      detail: `the price list ${message}`,
      errors: [{ pointer: "/price_list_id", message }],
    });
  }
  if (priceList.currency !== policy.currency) {
    const message = `is in ${policy.currency}, and the price list in ${priceList.currency}`;
    throw new Problem("currency_mismatch", {
      detail: `the supply policy ${message}`,
      errors: [{ pointer: "/supply_policy_id", message }],
    });
  }
  const holds = priceList.basis === "purchase" ? "quantity" : "money";
  const why = misfit({ policy, account: { service: meter.service, holds } });
  if (why !== undefined) {
    throw new Problem("policy_mismatch", {
      detail: `the supply policy does not fit: ${why}`,
      errors: [{ pointer: "/supply_policy_id", message: why }],
    });
  }
  return { meter, priceList, policy };
}
