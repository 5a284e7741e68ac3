/**
 * Everything that may see more than one operator's rows. It runs as the second role of the registry (`…_system`), which may do
 * on each table what is listed here and no more; requests run as the first one (`…_app`) and see one operator's rows.
 * The two functions at the end are the only ways by which a request learns anything of others, and what they give is a number.
 */

/** What may be done with a table, as GRANT has it: `select`, `insert`, `update`, `delete`, or `update (column)`. */
export type Privileges = readonly string[];
type Listed = { reason: string; tables: Readonly<Record<string, Privileges>> };

const READ = ["select"] as const;
const KEEP = ["select", "insert", "update"] as const;
const MOVE = ["select", "update"] as const;

/** Each crossing: why it can't be one operator's, and what it needs. */
export const CROSSINGS = {
  "set up": {
    reason: "the installation itself: its shards, and operators, before there is any to act for",
    tables: { operators: ["select", "insert"], shards: ["select", "insert"] },
  },
  "find caller": {
    reason: "a key or token is found by its hash or id, and only that says whose it is",
    tables: {
      api_keys: ["select", "update (last_used_at)"],
      accounts: READ,
      agreements: READ,
      token_keys: ["select", "insert", "delete"],
    },
  },
  commands: {
    reason:
      "commands to the engine go shard by shard, and sites of several operators share a shard; answers to vends and assignments are settled in groups, whosesoever they are. What follows from any other answer is recorded as its operator",
    tables: {
      engine_commands: MOVE,
      accounts: [
        "select",
        "update (policy_id, price_list_id, next_price_list_id, next_price_list_at)",
      ],
      shard_policies: READ,
      shard_price_lists: READ,
      vends: MOVE,
      vendors: MOVE,
      vendor_movements: ["select", "insert"],
      receipt_counters: KEEP,
    },
  },
  rosters: {
    reason: "a gateway asks by its number what to read, and proves itself to the broker, not to us",
    tables: { gateways: READ, meters: READ, accounts: READ },
  },
  events: {
    reason:
      "the engine's events name an account; its operator is looked up, and the event is taken as that operator",
    tables: {
      accounts: READ,
      notification_facts: ["insert"],
      notification_preferences: READ,
      webhook_endpoints: READ,
    },
  },
  "what is due": {
    reason:
      "finds by time what has to be renewed, applied or paid in the whole installation; each thing is then done as its operator",
    tables: {
      accounts: READ,
      auto_top_ups: READ,
      calendars: READ,
      payments: READ,
      price_lists: READ,
      shard_calendars: READ,
      shard_price_lists: READ,
      sites: READ,
      units: READ,
      usage_points: READ,
    },
  },
  cycles: {
    reason: "the store keeps sums by the cycles of every price list",
    tables: { price_list_versions: READ },
  },
  stream: {
    reason: "events on the stream name an account or meter; whose it is decides who is told",
    tables: { accounts: READ, meters: READ },
  },
  notifications: {
    reason:
      "the outbox is one row of all that is due, so that no operator's waits for another's; it is sent and forgotten in turns",
    tables: {
      notification_facts: ["select", "insert", "update", "delete"],
      notification_messages: ["select", "insert", "update", "delete"],
      // Whoever is told is locked, so that what is counted by the day is counted right; nothing of it is changed.
      notification_preferences: ["select", "update (created_at)"],
      sms_parts: ["select", "insert", "update", "delete"],
      notices: MOVE,
      webhook_endpoints: MOVE,
      accounts: READ,
      agreements: READ,
      customers: READ,
      sites: READ,
      unit_set_members: READ,
      units: READ,
      usage_points: READ,
      vends: READ,
    },
  },
  "gateway credentials": {
    reason:
      "the broker has one list of all credentials that it refuses; a gateway on the api's own data folder is found by its number",
    tables: { gateway_credentials: ["select", "insert"], gateways: READ, sites: READ },
  },
  readiness: { reason: "asks PostgreSQL whether it answers, and no table", tables: {} },
} as const satisfies Record<string, Listed>;

/** A crossing by its name. */
export type Crossing = keyof typeof CROSSINGS;

/** What the second role may do with each table: all crossings together. */
export function systemPrivileges(): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const { tables } of Object.values<Listed>(CROSSINGS)) {
    for (const [table, privileges] of Object.entries(tables)) {
      all.set(table, [...new Set([...(all.get(table) ?? []), ...privileges])].sort());
    }
  }
  return all;
}

/** Functions that run as the tables' owner: they see all operators' rows and give a number. */
export const FUNCTIONS: Readonly<Record<string, string>> = {
  "emptiest_shard()": "a new site goes into the shard with the fewest sites of all operators",
  "directory_size(integer, text)":
    "the next index in a shard's directory is how many price lists, policies or calendars it knows, whosesoever they are",
};
