/**
 * What was collected: vends and their reversals, by interval and what they are grouped by, out of the registry.
 */
import { type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../registry/database.ts";
import { atMost, REPORT_ROWS_MAX } from "./limits.ts";

/** Vends of one group in one interval (by its index); amounts in micros. `commissionMicros`: earned, less what reversals took back. */
export type CashSum = {
  interval: number;
  key: Record<string, string | null>;
  currency: string;
  sold: number;
  soldMicros: bigint;
  pending: number;
  pendingMicros: bigint;
  refused: number;
  commissionMicros: bigint;
  reversed: number;
  reversedMicros: bigint;
};

/** What vends are grouped by: expressions over `v` (vends), `k` (api_keys), `n` (vendors) and `s` (sites). */
export type CashKeys = Record<string, SQL>;

const NOTHING = {
  sold: 0,
  soldMicros: 0n,
  pending: 0,
  pendingMicros: 0n,
  refused: 0,
  commissionMicros: 0n,
  reversed: 0,
  reversedMicros: 0n,
};

type Found = Record<string, string | number | null>;

/**
 * Sums of the operator's vends between edges: each vend by when it was received, each reversal by when it was carried out.
 * `also` narrows them.
 */
export async function cashSums(
  db: Queryable,
  operatorId: string,
  asked: { keys: CashKeys; edges: readonly number[]; also: SQL | undefined },
): Promise<CashSum[]> {
  const { edges } = asked;
  const sums = new Map<string, CashSum>();
  const add = (row: Found, change: (sum: CashSum) => void): void => {
    const key = Object.fromEntries(
      Object.keys(asked.keys).map((name) => [name, row[name] === null ? null : String(row[name])]),
    );
    const currency = String(row["currency"]);
    const interval = Number(row["nth"]) - 1;
    const id = JSON.stringify([interval, key, currency]);
    const sum = sums.get(id) ?? { interval, key, currency, ...NOTHING };
    change(sum);
    sums.set(id, sum);
  };
  for (const row of await ask(db, vendsQuestion(operatorId, asked)))
    add(row, (sum) => {
      sum.sold += Number(row["sold"]);
      sum.soldMicros += BigInt(row["sold_micros"] ?? 0);
      sum.pending += Number(row["pending"]);
      sum.pendingMicros += BigInt(row["pending_micros"] ?? 0);
      sum.refused += Number(row["refused"]);
      sum.commissionMicros += BigInt(row["commission_micros"] ?? 0);
    });
  for (const row of await ask(db, reversalsQuestion(operatorId, asked)))
    add(row, (sum) => {
      sum.reversed += Number(row["reversed"]);
      sum.reversedMicros += BigInt(row["reversed_micros"] ?? 0);
      sum.commissionMicros -= BigInt(row["commission_micros"] ?? 0);
    });
  const inside = [...sums.values()].filter(
    ({ interval }) => interval >= 0 && interval < edges.length - 1,
  );
  return inside.sort(
    (a, b) =>
      a.interval - b.interval ||
      (JSON.stringify([a.key, a.currency]) < JSON.stringify([b.key, b.currency]) ? -1 : 1),
  );
}

async function ask(db: Queryable, question: SQL): Promise<Found[]> {
  const { rows } = await db.execute<Found>(question);
  atMost(rows.length, REPORT_ROWS_MAX, "rows");
  return rows;
}

type Asked = Parameters<typeof cashSums>[2];

const PLACES = sql`join accounts a on a.id = v.account_id join usage_points p on p.id = a.usage_point_id
  join units u on u.id = p.unit_id join sites s on s.id = u.site_id
  join api_keys k on k.id = v.key_id left join vendors n on n.id = v.vendor_id`;

function vendsQuestion(operatorId: string, asked: Asked): SQL {
  const applied = sql`v.state = 'applied'`;
  return sql`select ${named(asked.keys)}, v.currency as currency, ${nth(sql`v.received_at`, asked)} as nth,
    count(*) filter (where ${applied}) as sold,
    coalesce(sum(v.amount_micros) filter (where ${applied}), 0)::text as sold_micros,
    count(*) filter (where v.state = 'pending') as pending,
    coalesce(sum(v.amount_micros) filter (where v.state = 'pending'), 0)::text as pending_micros,
    count(*) filter (where v.state = 'refused') as refused,
    coalesce(sum(v.commission_micros) filter (where ${applied}), 0)::text as commission_micros
    from vends v ${PLACES}
    where v.operator_id = ${operatorId} and ${within(sql`v.received_at`, asked)}
    group by ${numbered(asked.keys)} limit ${REPORT_ROWS_MAX + 1}`;
}

function reversalsQuestion(operatorId: string, asked: Asked): SQL {
  return sql`select ${named(asked.keys)}, v.currency as currency, ${nth(sql`o.applied_at`, asked)} as nth,
    count(*) as reversed, sum(v.amount_micros)::text as reversed_micros,
    sum(v.commission_micros)::text as commission_micros
    from account_orders o join vends v on v.operator_id = o.operator_id and v.vend_id = o.vend_id ${PLACES}
    where o.operator_id = ${operatorId} and o.op = 'reverse_credit' and o.state = 'applied'
    and ${within(sql`o.applied_at`, asked)}
    group by ${numbered(asked.keys)} limit ${REPORT_ROWS_MAX + 1}`;
}

function named(keys: CashKeys): SQL {
  const columns = Object.entries(keys).map(([name, of]) => sql`${of} as ${sql.identifier(name)}`);
  return sql.join(columns, sql`, `);
}

/** Groups by the keys, the currency and the interval, which come first in this order. */
function numbered(keys: CashKeys): SQL {
  const count = Object.keys(keys).length + 2;
  return sql.raw(Array.from({ length: count }, (_, at) => at + 1).join(", "));
}

function nth(at: SQL, { edges }: Asked): SQL {
  return sql`width_bucket(extract(epoch from ${at})::float8, ${sql.param(`{${edges.join(",")}}`)}::float8[])`;
}

function within(at: SQL, { edges, also }: Asked): SQL {
  const time = sql`${at} >= to_timestamp(${edges[0]}) and ${at} < to_timestamp(${edges.at(-1)})`;
  return also === undefined ? time : sql`${time} and ${also}`;
}
