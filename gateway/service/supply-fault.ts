/**
 * Says why a supply command failed, once, to whoever listens: the report in the frame tells only that it did.
 */
import type { NatsConnection } from "@nats-io/transport-node";
import { supplyFaultSubject } from "../../engine/contract/subjects.ts";
import {
  SUPPLY_REASON_MAX,
  type SupplyFault,
  type SupplyMessage,
} from "../../engine/contract/supply.ts";

/** A command that failed, and what went wrong in one line. */
export type FailedCommand = { gateway: number; command: SupplyMessage; fault: string };

/** Says it; where the connection is closed nothing is said. */
export function tellSupplyFault(
  nc: NatsConnection,
  { gateway, command: { shard, slot, number }, fault }: FailedCommand,
): void {
  if (nc.isClosed()) return;
  // One line, whatever a meter put into its words.
  const reason = fault.replace(/\p{Cc}/gu, " ").slice(0, SUPPLY_REASON_MAX);
  const told: SupplyFault = { shard, slot, number, reason };
  nc.publish(supplyFaultSubject(gateway), JSON.stringify(told));
}
