/**
 * `GET /v1/accounts/{account_id}/balance` without the app in between, where nothing is out of the ordinary: a key of an
 * operator that was seen a moment ago, with the right and within its limit, an account that was found before. All else is
 * the app's, and so are all refusals but those that only the engine's answer tells. A test compares both to the byte.
 */

import { RECORD, recordBytes } from "../../engine/contract/state-record.ts";
import { newTraceId, REQUEST_ID_HEADER, requestIdOf } from "../access/request-id.ts";
import { balanceText } from "../balance-text.ts";
import type { Balances } from "../balances.ts";
import type { ApiContext } from "../context.ts";
import { EngineUnavailable } from "../engine/engine-error.ts";
import type { Listener } from "../engine/states.ts";
import { failureResponse } from "../failures.ts";
import type { CallerMemory } from "../keys.ts";
import type { RateLimits, Told } from "../rate-limits/limiter.ts";
import { limitHeaders } from "../rate-limits/middleware.ts";
import type { AccountPlace } from "../registry/account-memory.ts";
import { addHeaders } from "../uws/add-headers.ts";
import type { HotAnswer, HotRequest, HotRoute } from "../uws/types.ts";

const ROUTE = "GET /v1/accounts/:account_id/balance";
const BEARER = "Bearer ";

/** What the route shares with the app. */
export type HotParts = {
  balances: Balances;
  limits: RateLimits | undefined;
  known: CallerMemory["known"];
};

type Parts = HotParts & { context: ApiContext };

/** Makes the route. Where requests are traced all of them are the app's. */
export function balanceRoute(context: ApiContext, shared: HotParts): HotRoute {
  const parts: Parts = { ...shared, context };
  const { balances, limits, known } = shared;
  return {
    path: "/v1/accounts/:account_id/balance",
    take: (request, answer) => {
      if (context.tracer !== undefined || !request.authorization.startsWith(BEARER)) return false;
      const caller = known(request.authorization.slice(BEARER.length));
      if (caller === undefined || !caller.scopes.has("accounts:read")) return false;
      if (caller.customerId !== undefined || caller.accountId !== undefined) return false;
      const place = balances.findAccount.known(caller.operatorId, request.parameter);
      if (place === undefined) return false;
      const began = performance.now();
      const told = limits?.limiter("read", caller.keyId, began);
      if (told?.retryAfterS !== undefined) return false;
      context.engine.hearState(new Reading(parts, { request, answer, place, told, began }));
      return true;
    },
  };
}

type Asked = {
  request: HotRequest;
  answer: HotAnswer;
  place: AccountPlace;
  told: Told | undefined;
  began: number;
};
type Record = { view: DataView; at: number };

/** One balance that is asked for. */
class Reading implements Listener {
  readonly #parts: Parts;
  readonly #asked: Asked;
  readonly shard: number;
  readonly slot: number;

  constructor(parts: Parts, asked: Asked) {
    this.#parts = parts;
    this.#asked = asked;
    this.shard = asked.place.shard;
    this.slot = asked.place.slot;
  }

  told(record: Record | undefined, asOfS: number): void {
    try {
      if (record === undefined)
        throw new EngineUnavailable("the engine has yet to open this account");
      const left = this.#daysLeft(record, asOfS);
      if (!(left instanceof Promise)) this.#tell(record, asOfS, left);
      else {
        // The record is gone when this turn is over.
        const { view, at } = record;
        const from = view.byteOffset + at;
        const kept = new DataView(view.buffer.slice(from, from + recordBytes(view, at)));
        left
          .then((days) => this.#tell({ view: kept, at: 0 }, asOfS, days))
          .catch((error: unknown) => this.failed(error));
      }
    } catch (error) {
      this.failed(error);
    }
  }

  failed(error: unknown): void {
    const { answer } = this.#asked;
    const { onFault } = this.#parts.context;
    const traceId = newTraceId();
    const requestId = this.#requestId(traceId);
    const response = failureResponse(error, { traceId, requestId }, onFault);
    addHeaders(response, this.#headers(requestId));
    answer.respond(response);
    this.#count(response.status);
  }

  /** By the store, where the engine keeps no mean itself. */
  #daysLeft({ view, at }: Record, asOfS: number): number | null | Promise<number | null> {
    if (view.getFloat64(at + RECORD.daysLeft, true) >= 0) return null;
    const { balances } = this.#parts;
    const available = view.getBigInt64(at + RECORD.available, true);
    return balances.daysLeft(this.#asked.place, available, asOfS);
  }

  #tell(record: Record, asOfS: number, daysLeft: number | null): void {
    const { answer, place } = this.#asked;
    const { id: accountId, currency, service } = place;
    const text = balanceText(record, { accountId, currency, service, asOfS, daysLeft });
    answer.json(text, this.#headers(this.#requestId(newTraceId())));
    this.#count(200);
  }

  #requestId(traceId: string): string {
    return requestIdOf(this.#asked.request.requestId || undefined, traceId);
  }

  #headers(requestId: string): [string, string][] {
    const { told } = this.#asked;
    const own: [string, string][] = [[REQUEST_ID_HEADER, requestId]];
    return told === undefined ? own : own.concat(limitHeaders(told));
  }

  #count(status: number): void {
    const { began } = this.#asked;
    this.#parts.context.onAnswer(ROUTE, status, (performance.now() - began) / 1_000);
  }
}
