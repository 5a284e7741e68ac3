/**
 * Whole readings out of their rows: the parts that a reading was split into where a price changes are one interval again.
 */
import { ACCEPTED } from "../store/schema.ts";

/** Parts of one reading lie no further apart: rows so far beyond a report's time are looked at, too. */
export const READING_S_MAX = 3 * 86_400;

const NEAR: string =
  "account IN ({accounts:Array(UInt32)}) " +
  `AND \`to\` > toDateTime({first:UInt32} - ${READING_S_MAX}, 'UTC') ` +
  `AND \`to\` <= toDateTime({end:UInt32} + ${READING_S_MAX}, 'UTC') ` +
  `AND (${ACCEPTED} OR quantity != 0)`;

/**
 * Selects whole readings that have a part in [{first}, {end}), of {accounts}: `account`, `f` and `t` (from, to in epoch
 * seconds), `q` (atoms) and `parts` (to in epoch seconds, atoms). Readings longer than READING_S_MAX are whole as far as
 * their parts lie so near.
 */
export const WHOLE_READINGS: string =
  "SELECT account, toUInt32(min(`from`)) AS f, toUInt32(max(`to`)) AS t, sum(quantity) AS q, " +
  "groupArray((toUInt32(`to`), quantity)) AS parts FROM (" +
  "SELECT account, `from`, `to`, quantity, sum(last) OVER (PARTITION BY account ORDER BY `to`, `from` " +
  "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS nth FROM readings " +
  `WHERE ${NEAR}) GROUP BY account, nth ` +
  "HAVING q != 0 AND t > {first:UInt32} AND f < {end:UInt32}";

/**
 * The same of those readings alone that touch one of {edges} or are in several parts, in a fraction of the time: of most
 * readings one look at their only row tells that neither is so. Parts are put together by their register, which rises with
 * every reading that used anything.
 */
export const READINGS_AT_EDGES: string =
  "SELECT account, toUInt32(min(`from`)) AS f, toUInt32(max(`to`)) AS t, sum(quantity) AS q, " +
  "groupArray((toUInt32(`to`), quantity)) AS parts FROM readings " +
  `WHERE ${NEAR} AND quantity != 0 AND (` +
  "roundDown(toUInt32(`to`), {edges:Array(UInt32)}) >= toUInt32(`from`) OR last = 0 OR " +
  `(account, register) IN (SELECT account, register FROM readings WHERE ${NEAR} AND last = 0)) ` +
  "GROUP BY account, register HAVING q != 0 AND t > {first:UInt32} AND f < {end:UInt32}";
