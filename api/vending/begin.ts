/**
 * The beginning of a vend: looked up, judged, and its intent recorded with the next command number in one transaction.
 */
import { and, eq, isNull } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { formatDecimal, MONEY_SCALE } from "../../engine/contract/decimal.ts";
import { type Numbered, orderOfAccount } from "../engine/outbox.ts";
import { Problem } from "../problems.ts";
import type { Account } from "../registry/accounts.ts";
import { recordAudit } from "../registry/audit.ts";
import { isTaken, one, type Queryable } from "../registry/database.ts";
import { accounts } from "../registry/schema/accounts.ts";
import { meters } from "../registry/schema/field.ts";
import { vends } from "../registry/schema/vending.ts";
import { reserveSale } from "../vendors/sale.ts";
import { hashOf, type VendBody } from "./body.ts";
import { VEND_MICROS_MAX, VEND_MICROS_MIN } from "./limits.ts";
import type { VendRow } from "./receipt.ts";
import { isFree, judgeTender, voucherUsed } from "./tender.ts";

/** One vend as it was asked for, by whom and when; `vendorId` is whose key it is, null of one that is no vendor's. */
export type VendRequest = {
  vendId: string;
  body: VendBody;
  operatorId: string;
  keyId: string;
  vendorId: string | null;
  /** Whether the key may issue credit that nobody pays for. */
  mayIssueFree: boolean;
  traceId: string;
  receivedAt: Date;
};

/**
 * Records the intent. Gives undefined when the id has been received meanwhile. Throws a Problem when the vend cannot be:
 * nothing is recorded then, and the id stays free.
 */
export async function beginVend(
  db: NodePgDatabase,
  request: VendRequest,
): Promise<{ vend: VendRow; command: Numbered } | undefined> {
  const { account, serial } = await accountFor(db, request);
  judgeVend(account, request.body);
  await judgeTender(db, request);
  try {
    return await db.transaction(async (tx) => {
      const { body, operatorId, vendId, keyId } = request;
      const command = await orderOfAccount(tx, account.id, {
        op: "credit",
        amount_micros: String(body.amount),
      });
      const sale = await reserveFor(tx, request, account);
      const vend = one(
        await tx
          .insert(vends)
          .values({
            ...sale,
            operator_id: operatorId,
            vend_id: vendId,
            key_id: keyId,
            account_id: account.id,
            command_number: command.number,
            body_hash: hashOf(body),
            amount_micros: body.amount,
            currency: body.currency,
            tender: body.tender,
            terminal_id: body.terminal_id ?? null,
            meter_serial: serial,
            trace_id: request.traceId,
            received_at: request.receivedAt,
          })
          .returning(),
      );
      await recordAudit(tx, {
        operator_id: operatorId,
        actor: keyId,
        channel: "api",
        action: "vend",
        object: `vend/${vendId}`,
        at: request.receivedAt,
      });
      return { vend, command };
    });
  } catch (error) {
    if (isTaken(error, "vends_operator_id_vend_id_pk")) return undefined;
    if (isTaken(error, "vends_voucher")) throw voucherUsed(request.body);
    throw error;
  }
}

/** What is free takes nothing from a float. */
async function reserveFor(tx: Queryable, { vendorId, body }: VendRequest, account: Account) {
  if (vendorId === null || isFree(body)) return {};
  return await reserveSale(tx, {
    vendorId,
    amountMicros: body.amount,
    currency: body.currency,
    service: account.service,
    terminal: body.terminal_id,
  });
}

/** The account that a body names, with the serial number of its meter; throws a Problem where there is none. */
export async function accountFor(
  db: Queryable,
  { operatorId, body }: { operatorId: string; body: Pick<VendBody, "account_id" | "meter_serial"> },
): Promise<{ account: Account; serial: string }> {
  const { account_id, meter_serial } = body;
  const [found] = await db
    .select({ account: accounts, serial: meters.serial })
    .from(accounts)
    .leftJoin(
      meters,
      and(eq(meters.usage_point_id, accounts.usage_point_id), isNull(meters.retired_at)),
    )
    .where(
      and(
        eq(accounts.operator_id, operatorId),
        account_id === undefined
          ? eq(meters.serial, meter_serial ?? "")
          : eq(accounts.id, account_id),
      ),
    );
  if (found !== undefined) return { account: found.account, serial: found.serial ?? "" };
  if (account_id === undefined) {
    throw new Problem("meter_unknown", {
      detail: `there is no meter with serial number ${meter_serial} and an open account: check the number`,
      errors: [{ pointer: "/meter_serial", message: "is not known" }],
    });
  }
  throw new Problem("account_unknown", {
    detail: `there is no account ${account_id}: check the id`,
    errors: [{ pointer: "/account_id", message: "is not known" }],
  });
}

/** Judges what can be judged without the engine; throws a Problem. */
export function judgeVend(account: Account, body: Pick<VendBody, "currency" | "amount">): void {
  const refuse = (
    code: ConstructorParameters<typeof Problem>[0],
    pointer: string,
    message: string,
  ): never => {
    const detail = `${pointer.slice(1)} ${message}`;
    throw new Problem(code, { detail, errors: [{ pointer, message }] });
  };
  if (account.payment_mode !== "prepayment") {
    refuse("not_prepayment", "/account_id", "is of an account that is paid afterwards");
  }
  if (body.currency !== account.currency) {
    refuse("currency_mismatch", "/currency", `must be ${account.currency}`);
  }
  if (body.amount < VEND_MICROS_MIN) {
    refuse("vend_below_minimum", "/amount", `must be at least ${money(VEND_MICROS_MIN)}`);
  }
  if (body.amount > VEND_MICROS_MAX) {
    refuse("vend_above_maximum", "/amount", `must be at most ${money(VEND_MICROS_MAX)}`);
  }
}

function money(micros: bigint): string {
  return formatDecimal(micros, MONEY_SCALE, 2);
}
