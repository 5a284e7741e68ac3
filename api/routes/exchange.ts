/**
 * `/v1/meters/{meter_id}:exchange` (R17).
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { link } from "../../engine/contract/link.ts";
import { FIELD_DRIVERS } from "../../engine/contract/roster.ts";
import { needs } from "../access-control.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import { Problem } from "../problems.ts";
import { accountAtPoint } from "../registry/accounts.ts";
import { beginExchange, meterAt } from "../registry/exchange.ts";
import { gatewayNumbered } from "../registry/gateways.ts";
import { meterOf } from "../registry/meters.ts";
import { plainText } from "../schemas.ts";
import { jsonBody, KEYED } from "./answers.ts";
import { findGateway, tellShard } from "./gateways.ts";
import { atoms, meterKey } from "./meters.ts";
import { answerOrder, keyIn, mustBeKeyed, orderAnswers, reasonText } from "./order-answers.ts";
import { refuseWrong } from "./refuse-wrong.ts";
import { registerAtoms, registerText } from "./register.ts";
import { idBefore, withVerb } from "./verbs.ts";

const tags = ["Field"];
const exchange = createRoute({
  tags,
  security: KEYED,
  middleware: [needs("registry:write"), needs("accounts:write")],
  method: "post",
  path: "/v1/meters/{meter_id}:exchange",
  summary:
    "Put another meter in the place of this one; block counters, balance and debts stay (R17)",
  request: {
    params: z.object({ meter_id: idBefore("exchange") }),
    headers: mustBeKeyed,
    body: jsonBody(
      z.strictObject({
        gateway: z.int().positive().optional(),
        serial: plainText(64),
        driver: z.enum(FIELD_DRIVERS),
        device: plainText(64),
        link,
        key: meterKey,
        address: plainText(64),
        modulus_atoms: atoms.default("0"),
        max_rate_atoms_per_hour: atoms.default("0"),
        step_atoms: atoms.default("1"),
        closing_register: registerText.optional().openapi({
          description: "What the old meter shows; its last reading if left out",
        }),
        opening_register: registerText,
        reason: reasonText,
      }),
    ),
  },
  responses: orderAnswers(
    "idempotency_key_missing",
    "meter_unknown",
    "gateway_unknown",
    "already_exists",
    "register_invalid",
  ),
});

/** Adds the route. */
export function addExchangeRoutes(app: OpenAPIHono<ApiEnv>, context: ApiContext): void {
  const { db } = context;
  app.openapi(withVerb(app, exchange), async (c) => {
    const idempotencyKey = keyIn(c.req.valid("header"));
    const { closing_register, opening_register, reason, link, key, gateway, ...rest } =
      c.req.valid("json");
    const { operatorId } = c.get("caller");
    const old = await meterOf(db, operatorId, { id: c.req.valid("param").meter_id });
    const account = old && (await accountAtPoint(db, old.usage_point_id));
    if (old === undefined || account === undefined) {
      throw new Problem("meter_unknown", {
        detail: `there is no meter ${c.req.valid("param").meter_id} with an account: check the id`,
      });
    }
    const place = await findGateway(context, operatorId, gateway ?? old.gateway);
    if (place.shard !== account.shard) throw refuseWrong("/gateway", "is at another site");
    const closing =
      closing_register === undefined
        ? undefined
        : registerAtoms(closing_register, old.service, "/closing_register");
    const opening = registerAtoms(opening_register, old.service, "/opening_register");
    const { modulus_atoms, max_rate_atoms_per_hour, step_atoms } = rest;
    const answer = await answerOrder(context, c, {
      account,
      asked: {
        op: "exchange_meter",
        gateway: place.number,
        modulus_atoms,
        max_rate_atoms_per_hour,
        step_atoms,
        ...(closing !== undefined && { closing_atoms: String(closing) }),
        opening_atoms: String(opening),
      },
      reason,
      idempotencyKey,
      meaning: [old.id, rest, link, place.number],
      before: async (tx) => {
        const current = await meterAt(tx, old.usage_point_id);
        if (current?.id !== old.id) {
          throw new Problem("meter_unknown", {
            detail: `meter ${old.serial} is not in use any more`,
          });
        }
        const replacement = {
          ...rest,
          gateway: place.number,
          link,
          key: key ?? null,
          modulus_atoms: BigInt(modulus_atoms),
          max_rate_atoms_per_hour: BigInt(max_rate_atoms_per_hour),
          step_atoms: BigInt(step_atoms),
        };
        const at = new Date(context.clock.nowS() * 1_000);
        const made = await beginExchange(tx, old, replacement, at);
        if (made !== undefined) return { old_meter_id: old.id, new_meter_id: made.id };
        throw new Problem("already_exists", {
          detail: `there is a meter ${rest.serial} already: check the serial number`,
        });
      },
    });
    await tellRosters(context, account.shard, [old.gateway, place.number]);
    return answer;
  });
}

/** Rosters that have changed, at the engine and at the gateways. */
async function tellRosters(
  context: ApiContext,
  shard: number,
  gateways: readonly number[],
): Promise<void> {
  await tellShard(context, shard);
  for (const gateway of new Set(gateways)) {
    const row = await gatewayNumbered(context.db, gateway);
    if (row !== undefined) context.announceRoster(gateway, row.roster_version);
  }
}
