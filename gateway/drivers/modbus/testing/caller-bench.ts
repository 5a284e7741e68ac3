/**
 * A driver that listens for callers, for the tests of this folder.
 */

import type { CallerEvent } from "../callers/events.ts";
import { createModbusDriver, type ModbusDriver } from "../driver.ts";
import type { SlaveMeter } from "../slave.ts";
import { type DialledSlave, type DialOptions, dialIn } from "../slave-dial.ts";
import { quickDevices } from "./field.ts";

/** A listening driver, what it told, and a way to call it. */
export type CallerBench = {
  driver: ModbusDriver;
  port: number;
  events: CallerEvent[];
  /** The kinds of the events, in their order. */
  kinds(): string[];
  dial(meters: readonly SlaveMeter[], how?: Partial<DialOptions>): Promise<DialledSlave>;
  close(): Promise<void>;
};

/** Starts a driver that listens on a free port, with times that do not keep a test waiting. */
export async function startCallerBench(timeoutMs: number): Promise<CallerBench> {
  const events: CallerEvent[] = [];
  const slaves: DialledSlave[] = [];
  const driver = createModbusDriver({
    devices: quickDevices(),
    timeoutMs,
    quietMs: 10,
    connectMs: 2_000,
    listen: {
      host: "127.0.0.1",
      port: 0,
      registerMs: 600,
      unclaimedMs: 800,
      onEvent: (event) => events.push(event),
    },
  });
  const port = await driver.listening();
  if (port === undefined) throw new Error("it was told to listen");
  return {
    driver,
    port,
    events,
    kinds: () => events.map((event) => event.kind),
    async dial(meters, how = {}) {
      const slave = await dialIn({ host: "127.0.0.1", port, meters, ...how });
      slaves.push(slave);
      return slave;
    },
    async close() {
      await driver.close();
      await Promise.all(slaves.map((slave) => slave.close()));
    },
  };
}
