/**
 * A vend from request to answer: each id credits at most once, and every repeat gets the first answer's bytes.
 */
import { and, eq } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { machineTime, type Time } from "../../engine/contract/time.ts";
import { spanned } from "../../engine/contract/trace/active.ts";
import type { EngineClient } from "../engine/client.ts";
import type { Finished } from "../engine/delivery.ts";
import { EngineUnavailable } from "../engine/engine-error.ts";
import type { Numbered } from "../engine/outbox.ts";
import { noteRefusal, toldCode } from "../notifications/vend-refused.ts";
import { Problem } from "../problems.ts";
import type { Queryable } from "../registry/database.ts";
import { asOperator } from "../registry/isolation/scope.ts";
import { accounts } from "../registry/schema/accounts.ts";
import { vends } from "../registry/schema/vending.ts";
import { type Begun, beginVend, type VendRequest } from "./begin.ts";
import { hashOf } from "./body.ts";
import { RETRY_AFTER_S, VEND_WAIT_MS_MAX } from "./limits.ts";
import { type FoundAccount, lookUp, refuseUnknown } from "./look-up.ts";
import type { VendRow } from "./receipt.ts";
import { isFree } from "./tender.ts";

/** An answer to a vend: bytes as they were first given, and whether they were given before. */
export type VendAnswer = { status: number; bytes: Buffer; replayed: boolean };

/** Carries out vends. Throws a Problem, EngineUnavailable (the intent may be recorded: the same request is safe) or EngineFault. */
export type Vending = { put(request: VendRequest): Promise<VendAnswer> };

/** Makes the vending; requests of one id in this process wait for the one that is under way. */
export function makeVending(
  db: NodePgDatabase,
  engine: Pick<EngineClient, "deliver">,
  time: Time = machineTime,
): Vending {
  const underWay = new Map<string, Promise<VendAnswer>>();
  return {
    put: async (request) => {
      const { operatorId } = request;
      const carryOutOwn = () => asOperator(operatorId, () => carryOut(db, engine, request));
      const key = `${operatorId}/${request.vendId}`;
      const other = underWay.get(key);
      if (other !== undefined) {
        await waitFor(other, request.vendId, time);
        return carryOutOwn();
      }
      const run = carryOutOwn();
      underWay.set(key, run);
      try {
        return await run;
      } finally {
        underWay.delete(key);
      }
    },
  };
}

/** The vend of this id, or undefined when it was never received. */
export async function vendOf(
  db: Queryable,
  operatorId: string,
  vendId: string,
): Promise<VendRow | undefined> {
  const [vend] = await db
    .select()
    .from(vends)
    .where(and(eq(vends.operator_id, operatorId), eq(vends.vend_id, vendId)));
  return vend;
}

async function carryOut(
  db: NodePgDatabase,
  engine: Pick<EngineClient, "deliver">,
  request: VendRequest,
): Promise<VendAnswer> {
  const { operatorId, vendId, body } = request;
  const found = await lookUp(db, request);
  const known = found === undefined ? await vendOf(db, operatorId, vendId) : found.vend;
  if (known !== null && known !== undefined) return await again(db, engine, { request, known });
  const account = found ?? refuseUnknown(body);
  const begun = await spanned("vend intent", () => beginTold(db, request, account));
  if (begun !== undefined) {
    const { command, isOnly } = begun;
    return await finish(db, request, () =>
      engine.deliver(command, command.number, isOnly ? command : undefined),
    );
  }
  const meanwhile = await vendOf(db, operatorId, vendId);
  if (meanwhile === undefined) throw new Error(`vend ${vendId} is neither there nor new`);
  return await again(db, engine, { request, known: meanwhile });
}

/** Begins it; a refusal by limits is put down for the operator to be told of, which must not hide the refusal. */
async function beginTold(
  db: NodePgDatabase,
  request: VendRequest,
  found: FoundAccount,
): Promise<Begun | undefined> {
  try {
    return await beginVend(db, request, found);
  } catch (error) {
    const code = toldCode(error);
    if (code === undefined) throw error;
    const { operatorId: operator_id, vendId: vend_id, vendorId: vendor_id, body } = request;
    await noteRefusal(db, {
      ...{
        operator_id,
        vend_id,
        vendor_id,
        account_id: found.account.id,
        code,
        by: "limits",
      },
      ...{ amount_micros: body.amount, currency: body.currency, received_at: request.receivedAt },
    }).catch(() => undefined);
    throw error;
  }
}

/** A vend whose intent is recorded. */
async function again(
  db: NodePgDatabase,
  engine: Pick<EngineClient, "deliver">,
  { request, known }: { request: VendRequest; known: VendRow },
): Promise<VendAnswer> {
  // Another vendor's id is used, whatever it was used for: its receipt is not this one's.
  if (known.body_hash !== hashOf(request.body) || known.vendor_id !== sellerIn(request)) {
    throw reused(request.vendId);
  }
  if (known.state !== "pending") return { ...answerOf(known), replayed: true };
  const command = await commandOf(db, known);
  return await finish(db, request, () => engine.deliver(command, command.number));
}

async function finish(
  db: NodePgDatabase,
  { operatorId, vendId }: VendRequest,
  deliver: () => Promise<Finished>,
): Promise<VendAnswer> {
  const finished = (await spanned("deliver", deliver)) ?? (await vendOf(db, operatorId, vendId));
  if (finished === undefined) throw new Error(`vend ${vendId} is gone`);
  return { ...answerOf(finished), replayed: false };
}

function sellerIn({ vendorId, body }: VendRequest): string | null {
  return isFree(body) ? null : vendorId;
}

function answerOf(vend: VendRow): { status: number; bytes: Buffer } {
  if (vend.answer === null || vend.answer_status === null) {
    throw new Error(`vend ${vend.vend_id} is answered but has no answer`);
  }
  return { status: vend.answer_status, bytes: vend.answer };
}

async function commandOf(db: Queryable, vend: VendRow): Promise<Numbered> {
  const [place] = await db
    .select({ shard: accounts.shard, slot: accounts.slot })
    .from(accounts)
    .where(eq(accounts.id, vend.account_id));
  if (place === undefined) throw new Error(`the account of vend ${vend.vend_id} is gone`);
  return { ...place, number: vend.command_number };
}

/**
 * Waits for the end of another request. What it was refused for need not hold for this one; but when the engine did not
 * answer it, this one is not sent after it. Refuses when it takes too long.
 */
async function waitFor(other: Promise<VendAnswer>, vendId: string, time: Time): Promise<void> {
  let cancel: (() => void) | undefined;
  const late = new Promise<"late">((resolve) => {
    cancel = time.after(VEND_WAIT_MS_MAX, () => resolve("late"));
  });
  const ended = other.then(
    () => "ended" as const,
    (error: unknown) => {
      if (error instanceof EngineUnavailable) throw error;
      return "ended" as const;
    },
  );
  try {
    if ((await Promise.race([ended, late])) === "late") throw inProgress(vendId);
  } finally {
    cancel?.();
  }
}

function inProgress(vendId: string): Problem {
  return new Problem("vend_in_progress", {
    detail: `vend ${vendId} is being carried out by another request: repeat it in ${RETRY_AFTER_S} s`,
    headers: { "Retry-After": String(RETRY_AFTER_S) },
  });
}

function reused(vendId: string): Problem {
  return new Problem("idempotency_key_reused", {
    detail: `vend ${vendId} was received with another body: use another id for another vend, or ask for the advice with GET`,
  });
}
