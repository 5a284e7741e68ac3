/**
 * What the installation holds, read past its proxies: accounts from the engine, rows from ClickHouse, vends from
 * PostgreSQL.
 */
import type { NatsConnection } from "@nats-io/transport-node";
import { Client } from "pg";
import { openStore } from "../../api/store/client.ts";
import { accountNumber } from "../contract/ids.ts";
import { engineQuery } from "../contract/subjects.ts";
import type { LoadAccount } from "./register.ts";

/** Most accounts of one question. */
const SLOTS_AT_ONCE = 500;
const QUERY_WAIT_MS = 5_000;

/** An account as the engine tells it. */
export type EngineAccount = {
  slot: number;
  balance_micros: string;
  last_reading: { at_s: number } | null;
};
type Reply = { status: string; accounts?: (EngineAccount | null)[] };

/** Rows of one account in the store, accepted readings and openings only; and the same sums from the daily roll-up. */
export type StoreSums = {
  readings: number;
  quantity: bigint;
  cost: bigint;
  timeSum: bigint;
  registerSum: bigint;
  daily: { readings: number; quantity: bigint; cost: bigint };
};
/** A vend in the registry. */
export type RegistryVend = { state: string; accountId: string; micros: bigint; receipt: string };
/** Vends, and for each account how many credits were carried out. */
export type RegistryView = { vends: Map<string, RegistryVend>; credits: Map<string, number> };

/** The engine's accounts, by shard and slot. */
export async function engineView(
  nats: NatsConnection,
  accounts: readonly LoadAccount[],
): Promise<Map<string, EngineAccount>> {
  const states = new Map<string, EngineAccount>();
  for (const shard of new Set(accounts.map((each) => each.shard))) {
    const slots = accounts.filter((each) => each.shard === shard).map(({ slot }) => slot);
    for (let at = 0; at < slots.length; at += SLOTS_AT_ONCE) {
      const some = slots.slice(at, at + SLOTS_AT_ONCE);
      const body = JSON.stringify({ slots: some });
      const message = await nats.request(engineQuery(shard), body, { timeout: QUERY_WAIT_MS });
      const reply = message.json<Reply>();
      if (reply.status !== "ok") throw new Error(`the engine does not tell: ${reply.status}`);
      for (const state of reply.accounts ?? [])
        if (state !== null) states.set(`${shard}/${state.slot}`, state);
    }
  }
  return states;
}

const ACCEPTED = "verdict IN (0, 1, 2)";
const ROWS =
  `SELECT account, countIf(last = 1 AND ${ACCEPTED}), sum(quantity), sum(cost), ` +
  `sumIf(toInt64(toUInt32(\`to\`)), last = 1 AND ${ACCEPTED}), ` +
  `sumIf(register, last = 1 AND ${ACCEPTED}) FROM readings GROUP BY account`;
const DAILY =
  "SELECT account, sum(accepted), sum(quantity), sum(cost) FROM readings_by_day GROUP BY account";

/** The store's sums, by account number. */
export async function storeView(url: string): Promise<Map<number, StoreSums>> {
  const client = openStore(url);
  const rows = async (query: string): Promise<string[][]> => {
    const result = await client.query({
      query,
      format: "JSONCompactStringsEachRow",
    });
    return result.json<string[]>();
  };
  try {
    const daily = new Map(
      (await rows(DAILY)).map(([account, readings, quantity, cost]) => [
        Number(account),
        { readings: Number(readings), quantity: big(quantity), cost: big(cost) },
      ]),
    );
    const none = { readings: 0, quantity: 0n, cost: 0n };
    return new Map(
      (await rows(ROWS)).map(([account, readings, quantity, cost, times, registers]) => [
        Number(account),
        {
          readings: Number(readings),
          quantity: big(quantity),
          cost: big(cost),
          timeSum: big(times),
          registerSum: big(registers),
          daily: daily.get(Number(account)) ?? none,
        },
      ]),
    );
  } finally {
    await client.close();
  }
}

/** The number under which the store has an account. */
export function storeNumber({ shard, slot }: LoadAccount): number {
  return accountNumber(shard, slot);
}

/** The registry's vends and credits. */
export async function registryView(url: string): Promise<RegistryView> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    const vends = await client.query<{
      vend_id: string;
      state: string;
      account_id: string;
      amount_micros: string;
      answer: Buffer | null;
    }>("SELECT vend_id, state, account_id, amount_micros, answer FROM vends");
    const credits = await client.query<{ id: string; many: string }>(
      "SELECT a.id, count(*) AS many FROM engine_commands c JOIN accounts a ON a.shard = c.shard AND a.slot = c.slot " +
        "WHERE c.body->>'op' = 'credit' AND c.state = 'applied' GROUP BY a.id",
    );
    return {
      vends: new Map(
        vends.rows.map((row) => [
          row.vend_id,
          {
            state: row.state,
            accountId: row.account_id,
            micros: BigInt(row.amount_micros),
            receipt: row.answer?.toString("utf8") ?? "",
          },
        ]),
      ),
      credits: new Map(credits.rows.map(({ id, many }) => [id, Number(many)])),
    };
  } finally {
    await client.end();
  }
}

function big(text: string | undefined): bigint {
  return BigInt(text ?? "0");
}
