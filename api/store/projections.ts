/**
 * Tables that ClickHouse fills from events.
 */
import { EVENTS, VENDS } from "./schema.ts";
import { storedName, type Topology } from "./topology.ts";

/** Vends applied and reversed. */
export function vendsFill(topology: Topology): { to: string; select: string } {
  const select =
    "SELECT account, at, id, if(type = 'vend.applied', 'applied', 'reversed') AS kind, amount, number, balance " +
    `FROM ${storedName(EVENTS.name, topology)} WHERE type IN ('vend.applied', 'vend.reversed')`;
  return { to: VENDS.name, select };
}
