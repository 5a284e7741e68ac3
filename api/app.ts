/**
 * The HTTP interface: middleware, then routes. Every refusal is an RFC 9457 problem.
 */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { routePath } from "hono/route";
import { getPathNoStrict } from "hono/utils/url";
import { inSpan } from "../engine/contract/trace/active.ts";
import { TRACE_HEADER } from "../engine/contract/trace/tracer.ts";
import { boundedDepth } from "./access/json-depth.ts";
import { newTraceId, REQUEST_ID_HEADER, requestIdOf } from "./access/request-id.ts";
import type { Tokens } from "./access/tokens.ts";
import { authenticate } from "./access-control.ts";
import type { Balances } from "./balances.ts";
import type { ApiContext, ApiEnv } from "./context.ts";
import { failureResponse, faultsOf, problemResponse } from "./failures.ts";
import type { FindCaller } from "./keys.ts";
import { Problem } from "./problems.ts";
import type { RateLimits } from "./rate-limits/limiter.ts";
import { limitHeaders, limitKeys, limitOpen, limitStranger } from "./rate-limits/middleware.ts";
import { addAccountActionRoutes } from "./routes/account-actions.ts";
import { addAccountOrderRoutes } from "./routes/account-orders.ts";
import { addAccountPreferenceRoutes } from "./routes/account-preferences.ts";
import { addAccountRoutes } from "./routes/accounts.ts";
import { addAgreementRoutes } from "./routes/agreements.ts";
import { addApiKeyRoutes } from "./routes/api-keys.ts";
import { addAssignmentRoutes } from "./routes/assignments.ts";
import { addAuditRoutes } from "./routes/audit.ts";
import { addAutoTopUpRoutes } from "./routes/auto-top-ups.ts";
import { addCalendarRoutes } from "./routes/calendars.ts";
import { addConsumptionRoutes } from "./routes/consumption.ts";
import { addCreditTransferRoutes } from "./routes/credit-transfers.ts";
import { addCustomerRoutes } from "./routes/customers.ts";
import { addDebtRoutes } from "./routes/debts.ts";
import { addEffectiveRoutes } from "./routes/effective.ts";
import { addExchangeRoutes } from "./routes/exchange.ts";
import { addGatewayCredentialsRoutes } from "./routes/gateway-credentials.ts";
import { addGatewayRoutes } from "./routes/gateways.ts";
import { addImportRoutes, IMPORTS_PATH } from "./routes/imports.ts";
import { addInstalmentRoutes } from "./routes/instalments.ts";
import { addMeterRoutes } from "./routes/meters.ts";
import { addNamedRoutes } from "./routes/named.ts";
import { addNoticeRoutes } from "./routes/notification-notices.ts";
import { addNotificationOutboxRoutes } from "./routes/notification-outbox.ts";
import { addNotificationPreferenceRoutes } from "./routes/notification-preferences.ts";
import { addOauthRoutes } from "./routes/oauth.ts";
import { addOperationRoutes } from "./routes/operations.ts";
import { addOperatorRoutes } from "./routes/operator.ts";
import { addPaymentNoticeRoute, NOTICES_PATH } from "./routes/payment-notices.ts";
import { addPaymentStatementRoutes } from "./routes/payment-statements.ts";
import { addPortalTokenRoutes } from "./routes/portal-tokens.ts";
import { addPriceListPreviewRoute } from "./routes/price-list-preview.ts";
import { addPriceListRoutes } from "./routes/price-lists.ts";
import { addQuarantineRoutes } from "./routes/quarantine.ts";
import { addReadingsBatchRoute } from "./routes/readings-batch.ts";
import { addReceiptRoutes } from "./routes/receipts.ts";
import { addReportRoutes } from "./routes/reports.ts";
import { addSettlementRoutes } from "./routes/settlements.ts";
import { addSiteRoutes } from "./routes/sites.ts";
import { addStatementRoutes } from "./routes/statements.ts";
import { addStreamTicketRoutes, type IssueTicket } from "./routes/stream-tickets.ts";
import { addSupplyCommandRoutes } from "./routes/supply-commands.ts";
import { addSupplyPolicyRoutes } from "./routes/supply-policies.ts";
import { addTerminalRoutes } from "./routes/terminals.ts";
import { addVendQuoteRoutes } from "./routes/vend-quotes.ts";
import { addVendorMovementRoutes } from "./routes/vendor-movements.ts";
import { addVendorShiftRoutes } from "./routes/vendor-shifts.ts";
import { addVendorRoutes } from "./routes/vendors.ts";
import { addVendRoutes } from "./routes/vends.ts";
import { addWebhookEndpointRoutes } from "./routes/webhook-endpoints.ts";
import { addHeaders } from "./uws/add-headers.ts";

/** Longest body in bytes: a price list of the greatest length fits. */
const BODY_BYTES_MAX = 1_100_000;
/** Longest body of a vend in bytes. */
const VEND_BYTES_MAX = 16_384;

/** Longest body of a request for a token in bytes. */
const OAUTH_BYTES_MAX = 8_192;
/** Life of a token unless it is set, in seconds. */
const ACCESS_LIFE_S = 900;

/** What the app is made of beside the parts: who a key belongs to, and tickets for the stream where there is one. */
export type AppParts = {
  findCaller: FindCaller;
  issueTicket: IssueTicket;
  /** Gives tokens to the owners of keys. */
  tokens: Tokens;
  /** Life of a token in seconds; ACCESS_LIFE_S by default. */
  tokenLifeS?: number | undefined;
  /** What balances are made of, where others make some, too. */
  balances?: Balances | undefined;
  /** Limits of requests; undefined: none. */
  limits?: RateLimits | undefined;
};
/** The app. */
export type ApiApp = OpenAPIHono<ApiEnv>;

/** Makes the app. Pages are added to it by whoever has some. */
export function createApp(context: ApiContext, parts: AppParts): ApiApp {
  const app = new OpenAPIHono<ApiEnv>({
    getPath: pathOf,
    defaultHook: (result) => {
      if (result.success) return;
      if (result.target === "param") {
        throw new Problem("not_found", { detail: "the address holds no such id: check it" });
      }
      throw new Problem("invalid_request", {
        detail: "the request does not fit its schema: mend what errors name",
        errors: faultsOf(result.error, result.target),
      });
    },
  });
  const { limits, tokens, tokenLifeS = ACCESS_LIFE_S } = parts;
  app.use(traced(context));
  if (limits !== undefined) app.use(limitOpen(limits));
  app.use("/v1/vends/*", limited(VEND_BYTES_MAX));
  app.use(NOTICES_PATH, limited(VEND_BYTES_MAX));
  app.use("/oauth/*", limited(OAUTH_BYTES_MAX));
  const onStranger = limits && ((c: Context<ApiEnv>) => limitStranger(c, limits));
  app.use("/v1/*", exceptImports(limited(BODY_BYTES_MAX)), exceptImports(jsonOnly));
  app.use("/v1/*", authenticate(parts.findCaller, onStranger));
  if (limits !== undefined) app.use("/v1/*", limitKeys(limits));
  app.use("/v1/*", boundedDepth);
  addApiKeyRoutes(app, context);
  addPortalTokenRoutes(app, context, { tokens, lifeS: tokenLifeS });
  addOauthRoutes(app, { findCaller: parts.findCaller, tokens, lifeS: tokenLifeS });
  addOperatorRoutes(app, context);
  addAuditRoutes(app, context);
  addSiteRoutes(app, context);
  addGatewayRoutes(app, context);
  addGatewayCredentialsRoutes(app, context);
  addMeterRoutes(app, context);
  addImportRoutes(app, context);
  addExchangeRoutes(app, context);
  addPriceListRoutes(app, context);
  addPriceListPreviewRoute(app, context);
  addCalendarRoutes(app, context);
  addSupplyPolicyRoutes(app, context);
  addNamedRoutes(app, context);
  addCustomerRoutes(app, context);
  addAssignmentRoutes(app, context);
  addAgreementRoutes(app, context);
  addQuarantineRoutes(app, context);
  addReadingsBatchRoute(app, context);
  addAccountRoutes(app, context, parts.balances);
  addEffectiveRoutes(app, context);
  addAccountActionRoutes(app, context);
  addAccountOrderRoutes(app, context);
  addDebtRoutes(app, context);
  addInstalmentRoutes(app, context);
  addAutoTopUpRoutes(app, context);
  addPaymentNoticeRoute(app, context);
  addPaymentStatementRoutes(app, context);
  addCreditTransferRoutes(app, context);
  addConsumptionRoutes(app, context);
  addReportRoutes(app, context);
  addStatementRoutes(app, context);
  addVendRoutes(app, context);
  addVendQuoteRoutes(app, context);
  addReceiptRoutes(app, context);
  addVendorRoutes(app, context);
  addVendorMovementRoutes(app, context);
  addTerminalRoutes(app, context);
  addVendorShiftRoutes(app, context);
  addSettlementRoutes(app, context);
  addSupplyCommandRoutes(app, context);
  addWebhookEndpointRoutes(app, context);
  addNotificationPreferenceRoutes(app, context);
  addAccountPreferenceRoutes(app, context);
  addNotificationOutboxRoutes(app, context);
  addNoticeRoutes(app, context);
  addStreamTicketRoutes(app, parts.issueTicket);
  addOperationRoutes(app, context);
  app.notFound((c) => {
    const detail = `there is nothing at ${c.req.method} ${c.req.path}: see /docs`;
    return problemResponse(new Problem("not_found", { detail }), c.get("traceId"));
  });
  app.onError((error, c) => {
    const ids = { traceId: c.get("traceId"), requestId: c.get("requestId") };
    return failureResponse(error, ids, context.onFault);
  });
  return app;
}

const ENCODED_VERB = /%3a(?=[a-z-]+$)/i;

/** The path as routes know it: without a slash at its end, and with the colon before a verb, which some clients encode. */
function pathOf(request: Request): string {
  const path = getPathNoStrict(request);
  return path.includes("%3") ? path.replace(ENCODED_VERB, ":") : path;
}

/** The caller's trace id (W3C `traceparent`) and request id, or new ones; tells of limits; each answer is counted under its route's pattern. */
function traced({ onAnswer, tracer }: ApiContext): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const parent = c.req.header(TRACE_HEADER);
    const span = tracer && (parent ? tracer.follow : tracer.begin)(c.req.method, parent ?? "");
    const given = /^00-([0-9a-f]{32})-/.exec(span?.traceparent ?? parent ?? "")?.[1];
    const traceId = given ?? newTraceId();
    const requestId = requestIdOf(c.req.header(REQUEST_ID_HEADER), traceId);
    c.set("traceId", traceId);
    c.set("requestId", requestId);
    c.set("connection", c.req.raw);
    const began = performance.now();
    await inSpan(span, next);
    const told = c.get("limit");
    addHeaders(c.res, [
      [REQUEST_ID_HEADER, requestId],
      ...(told === undefined ? [] : limitHeaders(told)),
    ]);
    span?.set("http.route", routePath(c, -1));
    span?.set("http.response.status_code", c.res.status);
    span?.end();
    onAnswer(
      `${c.req.method} ${routePath(c, -1)}`,
      c.res.status,
      (performance.now() - began) / 1_000,
    );
  };
}

function limited(maxSize: number): MiddlewareHandler<ApiEnv> {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new Problem("body_too_large", { detail: `a body here has at most ${maxSize} bytes` });
    },
  });
}

/** Files of imports are streams with bounds of their own, and CSV too. */
function exceptImports(check: MiddlewareHandler<ApiEnv>): MiddlewareHandler<ApiEnv> {
  return (c, next) =>
    c.req.method === "PUT" && c.req.path.startsWith(IMPORTS_PATH) ? next() : check(c, next);
}

/** A body that does not say that it is JSON is not guessed at. */
const jsonOnly: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const type = c.req.header("Content-Type");
  const hasBody = ["PUT", "POST", "PATCH"].includes(c.req.method);
  if (hasBody && type !== undefined && !/^application\/(([\w.-]+\+)?json|x-ndjson)\b/i.test(type)) {
    throw new Problem("unsupported_media_type", {
      detail: "send the body with Content-Type: application/json",
    });
  }
  await next();
};
