/**
 * What the routes work with, and what they know of a request.
 */
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type { Clock } from "../engine/contract/clock.ts";
import type { Tracer } from "../engine/contract/trace/tracer.ts";
import type { Broker } from "./broker/broker.ts";
import type { ConsumptionQuery } from "./consumption-port.ts";
import type { EngineClient } from "./engine/client.ts";
import type { AskGateway } from "./intake/ask-gateway.ts";
import type { Caller } from "./keys.ts";
import type { PaymentProvider } from "./payments/provider.ts";
import type { Told } from "./rate-limits/limiter.ts";
import type { ReportStore } from "./reports/store.ts";
import type { Vending } from "./vending/vend.ts";

/** Where a state of the parts around the api is asked for (see /readyz). */
export type Checks = () => Promise<Readiness>;

/** Each part with whether it answers; `ready` when readings are metered and vends are taken. */
export type Readiness = {
  ready: boolean;
  parts: Record<string, { ok: boolean; needed: boolean; detail?: string | undefined }>;
};

/** The parts that routes call. */
export type ApiContext = {
  db: NodePgDatabase;
  engine: EngineClient;
  vending: Vending;
  /** Takes money for automatic top-ups; undefined where no provider is set up. */
  payments?: PaymentProvider | undefined;
  /** Hands readings to a gateway. */
  intake: AskGateway;
  clock: Clock;
  /** Hosts of private networks that webhooks may go to; undefined: none. */
  webhookHosts?: ReadonlySet<string> | undefined;
  checks: Checks;
  /** Prometheus text. */
  metricsText: () => Promise<string>;
  /** Says that a gateway's roster has a new version. */
  announceRoster: (gateway: number, version: number) => void;
  /** Gives gateways their credentials for NATS; undefined where somebody else does. */
  broker?: Broker | undefined;
  /** Asks the store; undefined where there is none. */
  consumption: ConsumptionQuery | undefined;
  /** Asks the store for reports; undefined where there is none. */
  reports: ReportStore | undefined;
  /** Told of every error that is our fault. */
  onFault: (error: unknown, traceId: string, requestId?: string) => void;
  /** Told of every answered request: the route's pattern, status and duration. */
  onAnswer: (route: string, status: number, durationS: number) => void;
  /** Begins and follows traces of requests; undefined where nothing is traced. */
  tracer?: Tracer | undefined;
};

/** What middleware leaves for the routes. */
export type ApiEnv = {
  Variables: {
    caller: Caller;
    traceId: string;
    /** The id that the answer carries and logs name. */
    requestId: string;
    /** The request as it came in, which knows its connection. */
    connection: Request;
    /** What was counted, once it was. */
    limit: Told | undefined;
  };
};
