/**
 * What an order is to one model: which writes it takes, and what the meter must show afterwards.
 */

import type { SupplyAction } from "../../../engine/contract/supply.ts";
import type { ModbusDevice } from "../../devices/modbus-device.ts";
import type { SupplyOrder, SupplyReadBack } from "../driver.ts";
import type { WriteRequest } from "./calls.ts";
import type { Unreadable } from "./decode.ts";
import { liftedBits, limitBits, limitWords } from "./limit.ts";

/** The writes in their order, and what proves that they were carried out: the state, and the raw limit where one was set. */
export type Steps = {
  writes: WriteRequest[];
  aim: SupplyReadBack;
  limit?: bigint;
  settleMs: number;
};

/** What can be done to a model and be proved by reading back. */
export function actionsOf(device: ModbusDevice): SupplyAction[] {
  const { relay, limit } = device;
  return [
    ...(relay === undefined ? [] : (["cut"] as const)),
    ...(relay === undefined && limit === undefined ? [] : (["restore"] as const)),
    ...(limit === undefined ? [] : (["limit"] as const)),
    ...(relay?.write.arm === undefined ? [] : (["arm"] as const)),
  ];
}

/** The steps of an order, or why the model cannot do it. A limit is set before the relay closes, and lifted so, too. */
export function stepsOf(device: ModbusDevice, order: SupplyOrder): Steps | Unreadable {
  if (!actionsOf(device).includes(order.action)) return cannot(device, order.action);
  const settleMs = Math.max(device.relay?.settle_ms ?? 0, device.limit?.settle_ms ?? 0);
  switch (order.action) {
    case "cut":
      return { writes: relayWrite(device, "cut"), aim: "disconnected", settleMs };
    case "arm":
      return { writes: relayWrite(device, "arm"), aim: "ready_for_reconnection", settleMs };
    case "restore": {
      const lifted = limitWrite(device, liftedBits(device));
      return { writes: [...lifted, ...relayWrite(device, "restore")], aim: "connected", settleMs };
    }
    case "limit": {
      if (device.limit === undefined) return cannot(device, order.action);
      const raw = limitBits(order.atomsPerHour, device.limit);
      if (!raw.ok) return raw;
      const writes = [...limitWrite(device, raw.bits), ...relayWrite(device, "restore")];
      return { writes, aim: "limited", limit: raw.bits, settleMs };
    }
  }
}

function relayWrite({ relay }: ModbusDevice, what: "cut" | "restore" | "arm"): WriteRequest[] {
  const values = relay?.write[what];
  if (relay === undefined || values === undefined) return [];
  return [{ functionCode: relay.write.function_code, address: relay.write.address, values }];
}

function limitWrite({ limit }: ModbusDevice, bits: bigint | undefined): WriteRequest[] {
  if (limit === undefined || bits === undefined) return [];
  const { function_code, address } = limit.write;
  return [{ functionCode: function_code, address, values: limitWords(bits, limit) }];
}

function cannot(device: ModbusDevice, action: SupplyAction): Unreadable {
  const none = device.relay === undefined && action !== "limit";
  return {
    ok: false,
    fault: none ? "no_relay" : "not_available",
    message: `the device file of ${device.model} says of nothing that could ${action} the supply`,
  };
}
