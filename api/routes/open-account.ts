/**
 * Opening one account: everything it names is looked up within the caller's operator, then it is recorded and delivered.
 */
import type { ApiContext } from "../context.ts";
import { EngineUnavailable } from "../engine/engine-error.ts";
import type { Caller } from "../keys.ts";
import { Problem } from "../problems.ts";
import { type Account, openAccounts } from "../registry/accounts.ts";
import { recordAudit } from "../registry/audit.ts";
import { raiseRoster } from "../registry/gateways.ts";
import { meterOf } from "../registry/meters.ts";
import { policyOf } from "../registry/policies.ts";
import { misfit } from "../registry/policy-fit.ts";
import { priceListOf } from "../registry/price-lists.ts";
import { findGateway } from "./gateways.ts";
import { unknownList } from "./price-lists.ts";
import { unknownPolicy } from "./supply-policies.ts";

/** What an account is opened with. */
export type Opening = {
  meter_id: string;
  price_list_id: string;
  supply_policy_id: string;
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
  return account;
}

async function findParts({ db }: ApiContext, operatorId: string, opening: Opening) {
  const meter = await meterOf(db, operatorId, { id: opening.meter_id });
  if (meter === undefined || meter.retired_at !== null) {
    throw new Problem("meter_unknown", { detail: `there is no meter ${opening.meter_id} in use` });
  }
  const priceList = await priceListOf(db, operatorId, opening.price_list_id);
  if (priceList === undefined) throw unknownList(opening.price_list_id);
  const policy = await policyOf(db, operatorId, opening.supply_policy_id);
  if (policy === undefined) throw unknownPolicy(opening.supply_policy_id);
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
  const why = misfit(policy.terms, meter.service);
  if (why !== undefined) {
    throw new Problem("policy_mismatch", {
      detail: `the supply policy does not fit: ${why}`,
      errors: [{ pointer: "/supply_policy_id", message: why }],
    });
  }
  return { meter, priceList, policy };
}
