/**
 * A vend that is only tried: refused as the vend would be, else told part by part. The engine carries its own vend out and puts
 * the account back; the vendor's float is held back and given back.
 */
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type { ApiContext } from "../context.ts";
import { EngineUnavailable } from "../engine/engine-error.ts";
import type { Account } from "../registry/accounts.ts";
import { reserveSale } from "../vendors/sale.ts";
import { judgeVend } from "./begin.ts";
import type { VendBody } from "./body.ts";
import { accountFor } from "./look-up.ts";
import type { shownParts } from "./receipt.ts";
import { vendRefusal } from "./refusal.ts";
import { isFree, judgeTender } from "./tender.ts";

/** What a vend would come to; amounts as the engine counts them. `commissionMicros` is null for who is no vendor. */
export type Quote = {
  account: Account;
  serial: string;
  parts: Parameters<typeof shownParts>[0];
  balance: bigint;
  commissionMicros: bigint | null;
  asOfS: number;
};

/** What is to be tried, and for whom. */
export type QuoteRequest = {
  body: VendBody;
  operatorId: string;
  vendorId: string | null;
  mayIssueFree: boolean;
};

/** Tries a vend. Throws a Problem, EngineUnavailable or EngineFault. */
export async function quoteVend(
  { db, engine }: Pick<ApiContext, "db" | "engine">,
  request: QuoteRequest,
): Promise<Quote> {
  const { body } = request;
  const { account, serial } = await accountFor(db, request);
  judgeVend(account, body);
  await judgeTender(db, request);
  const commissionMicros = await tryFloat(db, request, account);
  const { asOfS, outcome } = await engine.tryPayment(account, body.amount);
  if (outcome.status === "refused") {
    if (outcome.code === "account_unknown") {
      throw new EngineUnavailable("the engine has yet to open this account");
    }
    throw vendRefusal(outcome, account, "the payment that was tried");
  }
  const { parts, balance_micros } = outcome;
  return { account, serial, parts, balance: BigInt(balance_micros), commissionMicros, asOfS };
}

class Undo extends Error {}

/** What is held back for a trial is given back with its transaction. */
async function tryFloat(
  db: NodePgDatabase,
  { body, vendorId }: QuoteRequest,
  account: Account,
): Promise<bigint | null> {
  if (vendorId === null || isFree(body)) return null;
  let commission: bigint | null = null;
  try {
    await db.transaction(async (tx) => {
      const sale = await reserveSale(tx, {
        vendorId,
        amountMicros: body.amount,
        currency: body.currency,
        service: account.service,
        terminal: body.terminal_id,
      });
      commission = sale.commission_micros;
      throw new Undo();
    });
  } catch (error) {
    if (!(error instanceof Undo)) throw error;
  }
  return commission;
}
