/**
 * Who may do what on the broker: for each role, and for each gateway, the subjects that it may publish on and listen on.
 * Whoever changes a subject changes it here, too. The streams' own subjects: `$JS.API.…` asks JetStream, `$JS.ACK.…` settles.
 */
import { rosterChanged, STREAMS, supplyFaultSubject, urgentSubject } from "../subjects.ts";

/** Subjects that a user may publish on and listen on; all others are refused. */
export type Permissions = { publish: readonly string[]; subscribe: readonly string[] };

/** Roles of an installation that come to the broker with an nkey of their own. */
export const BROKER_ROLES = ["engine", "api", "store-writer", "bems", "replay", "ops"] as const;
/** A role's name. `tools` is for benches and torture, which own the installation that they run on. */
export type BrokerRole = (typeof BROKER_ROLES)[number] | "tools";

/** Where answers to a role come in: no other role may listen there. */
export const inboxOf = (role: BrokerRole): string => `_INBOX.${role}`;
/** Where answers to a gateway come in. */
export const gatewayInbox = (gateway: number): string => `_INBOX.gateway.${gateway}`;

const { frames, commands, events, rated } = STREAMS;
const ASK = "$JS.API.INFO";
/** Streams are made where they are missing; no role may change, empty or delete one. */
const MAKE_STREAMS = Object.values(STREAMS).map((stream) => `$JS.API.STREAM.CREATE.${stream}`);
const EVERY_ENGINE = ["engine.*.command", "engine.*.query"];

/** Makes, asks and reads consumers of a stream: all of them, or one by name. */
function reads(stream: string, name?: string): string[] {
  return [
    `$JS.API.CONSUMER.CREATE.${stream}.${name ?? ">"}`,
    `$JS.API.CONSUMER.INFO.${stream}.${name ?? "*"}`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.${name ?? "*"}`,
    `$JS.ACK.${stream}.${name === undefined ? ">" : `${name}.>`}`,
  ];
}

/** Reads a stream by consumers that are deleted when they are no longer needed. */
const visits = (stream: string): string[] => [
  ...reads(stream),
  `$JS.API.CONSUMER.DELETE.${stream}.*`,
];
const asks = (...streams: string[]): string[] =>
  streams.map((stream) => `$JS.API.STREAM.INFO.${stream}`);
const answers = (...roles: BrokerRole[]): string[] => roles.map((role) => `${inboxOf(role)}.>`);

/** What each role may do. */
export const ROLE_PERMISSIONS: Record<BrokerRole, Permissions> = {
  engine: {
    publish: [
      ASK,
      ...MAKE_STREAMS,
      ...asks(rated),
      ...visits(frames),
      "ack.*",
      "cmd.*",
      "event.>",
      "rated.*",
      "metrics.engine",
      // Whether another engine answers for a shard of its own.
      "engine.*.query",
      ...answers("engine", "api", "bems", "replay", "tools"),
    ],
    subscribe: [...EVERY_ENGINE, ...answers("engine")],
  },
  api: {
    publish: [
      ASK,
      ...MAKE_STREAMS,
      ...asks(events),
      ...visits(events),
      ...EVERY_ENGINE,
      rosterChanged(0).replace("0", "*"),
      urgentSubject(0).replace("0", "*"),
      "intake.*",
      "metrics.api",
      "_INBOX.gateway.>",
      ...answers("tools"),
    ],
    subscribe: ["registry.roster.*", "supply.fault.*", "metrics.*", ...answers("api")],
  },
  "store-writer": {
    publish: [
      ASK,
      ...MAKE_STREAMS,
      ...asks(rated, events),
      ...reads(rated, "store-writer"),
      ...reads(events, "store-events"),
      `$JS.API.STREAM.MSG.GET.${rated}`,
      `$JS.API.STREAM.MSG.DELETE.${rated}`,
      "store.writer",
      "metrics.store",
      ...answers("store-writer"),
    ],
    subscribe: ["store.writer", ...answers("store-writer")],
  },
  bems: {
    publish: [ASK, ...asks(events), ...visits(events), "engine.*.query"],
    subscribe: answers("bems"),
  },
  replay: {
    publish: [ASK, ...asks(events), ...visits(events), ...EVERY_ENGINE, "frame.*.*"],
    subscribe: ["ack.*", ...answers("replay")],
  },
  ops: { publish: [], subscribe: ["metrics.*"] },
  tools: { publish: [">"], subscribe: [">"] },
};

/**
 * What a gateway may do: its own frames, its own commands (the consumer's name and filter stand in the subject, and the
 * broker compares them with what is asked for), its own acknowledgements, roster, urgent slots and intake, its commands' faults, and figures.
 */
export function gatewayPermissions(shard: number, gateway: number): Permissions {
  const consumer = `${commands}.${commandConsumer(gateway)}`;
  return {
    publish: [
      `frame.${shard}.${gateway}`,
      `$JS.API.CONSUMER.CREATE.${consumer}.cmd.${gateway}`,
      `$JS.API.CONSUMER.INFO.${consumer}`,
      `$JS.API.CONSUMER.MSG.NEXT.${consumer}`,
      `$JS.ACK.${consumer}.>`,
      `registry.roster.${gateway}`,
      supplyFaultSubject(gateway),
      "metrics.gateway",
      ...answers("api", "tools"),
    ],
    subscribe: [
      `ack.${gateway}`,
      rosterChanged(gateway),
      urgentSubject(gateway),
      `intake.${gateway}`,
      `${gatewayInbox(gateway)}.>`,
    ],
  };
}

/** The durable consumer of a gateway's supply commands. */
export const commandConsumer = (gateway: number): string => `gateway-${gateway}`;

/** What the api may do in the broker's own account: tell and ask what the installation's account may do. */
export const SYSTEM_PERMISSIONS: Permissions = {
  publish: ["$SYS.REQ.CLAIMS.UPDATE", "$SYS.REQ.ACCOUNT.*.CLAIMS.LOOKUP"],
  subscribe: ["_INBOX.system.>"],
};
