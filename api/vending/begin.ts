/**
 * The beginning of a vend: judged, and its intent recorded with the next command number at once.
 */
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { formatDecimal, MONEY_SCALE } from "../../engine/contract/decimal.ts";
import { type CommandRow, NUMBER_ORDERED, orderWith } from "../engine/outbox.ts";
import { Problem } from "../problems.ts";
import type { Account } from "../registry/accounts.ts";
import { isTaken, type Queryable } from "../registry/database.ts";
import { audit } from "../registry/schema/access.ts";
import { vends } from "../registry/schema/vending.ts";
import { type Reserved, reserveSale } from "../vendors/sale.ts";
import { hashOf, type VendBody } from "./body.ts";
import { VEND_MICROS_MAX, VEND_MICROS_MIN } from "./limits.ts";
import type { FoundAccount } from "./look-up.ts";
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

/** The command of a vend that has begun; `isOnly` says that no other is pending before it. */
export type Begun = { command: CommandRow; isOnly: boolean };

/**
 * Records the intent. Gives undefined when the id has been received meanwhile. Throws a Problem when the vend cannot be:
 * nothing is recorded then, and the id stays free.
 */
export async function beginVend(
  db: NodePgDatabase,
  request: VendRequest,
  found: FoundAccount,
): Promise<Begun | undefined> {
  const { account, hasPending } = found;
  judgeVend(account, request.body);
  await judgeTender(db, request);
  try {
    const command = await intend(db, request, found);
    // All before it were there when the account was looked up, if it has the next number.
    const isOnly = !hasPending && command.number === account.command_number + 1;
    return { command, isOnly };
  } catch (error) {
    if (isTaken(error, "vends_operator_id_vend_id_pk")) return undefined;
    if (isTaken(error, "vends_voucher")) throw voucherUsed(request.body);
    throw error;
  }
}

/** What is free takes nothing from a float. */
async function intend(
  db: NodePgDatabase,
  request: VendRequest,
  found: FoundAccount,
): Promise<CommandRow> {
  const { vendorId, body } = request;
  if (vendorId === null || isFree(body)) return await record(db, request, found);
  const sale = {
    vendorId,
    amountMicros: body.amount,
    currency: body.currency,
    service: found.account.service,
    terminal: body.terminal_id,
  };
  return await db.transaction(async (tx) =>
    record(tx, request, found, await reserveSale(tx, sale)),
  );
}

/** Command, vend and audit in one statement. */
function record(
  tx: Queryable,
  request: VendRequest,
  { account, serial }: FoundAccount,
  reserved: Partial<Reserved> = {},
): Promise<CommandRow> {
  const { body, operatorId, vendId, keyId, receivedAt } = request;
  const vend = tx.insert(vends).values({
    ...reserved,
    operator_id: operatorId,
    vend_id: vendId,
    key_id: keyId,
    account_id: account.id,
    command_number: NUMBER_ORDERED,
    body_hash: hashOf(body),
    amount_micros: body.amount,
    currency: body.currency,
    tender: body.tender,
    terminal_id: body.terminal_id ?? null,
    meter_serial: serial,
    trace_id: request.traceId,
    received_at: receivedAt,
  });
  const deed = tx.insert(audit).values({
    operator_id: operatorId,
    actor: keyId,
    channel: "api",
    action: "vend",
    object: `vend/${vendId}`,
    at: receivedAt,
  });
  const order = { op: "credit", amount_micros: String(body.amount) } as const;
  return orderWith(tx, account.id, order, [vend, deed]);
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
