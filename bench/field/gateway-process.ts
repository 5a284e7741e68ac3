/**
 * The process of the gateway, as the role runs it but for its period: one gateway with all meters of the field.
 */
import { pino } from "pino";
import { clockFrom } from "../../engine/contract/clock.ts";
import { loadDevices } from "../../gateway/devices/load.ts";
import { openDrivers } from "../../gateway/service/drivers.ts";
import { RunningGateways } from "../../gateway/service/run.ts";
import type { FromGateway, ToGateway } from "./messages.ts";
import { watchStalls } from "./stall.ts";

/** The gateway's number and shard. */
export const BENCH_GATEWAY = { gateway: 1, shard: 0 };

process.on("message", (message: ToGateway) => void take(message));
process.once("disconnect", () => process.exit(0));

const stalls = watchStalls();
let latenessMs: number[] = [];
let reads: Record<number, number> = {};
let cpu = process.cpuUsage();
let sinceMs = performance.now();

async function take(message: ToGateway): Promise<void> {
  if ("take" in message) return tell();
  const { natsUrl, credentials, folder, periodMs, key } = message;
  const { devices } = loadDevices();
  const running = new RunningGateways({
    nats: { servers: natsUrl, credentials },
    folder,
    clock: clockFrom(undefined),
    drivers: openDrivers(devices),
    log: pino({ level: "silent" }),
    periodMs: () => periodMs,
    onRead: ({ slot }, lateMs) => {
      latenessMs.push(Math.round(lateMs));
      reads[slot] = (reads[slot] ?? 0) + 1;
    },
  });
  await running.add({ ...BENCH_GATEWAY, key: Buffer.from(key, "hex") });
  // What the start of the program took is no stall of a running gateway.
  stalls.take();
}

function tell(): void {
  const used = process.cpuUsage(cpu);
  const found: FromGateway = {
    latenessMs,
    reads,
    ...stalls.take(),
    cpuMs: (used.user + used.system) / 1_000,
    wallMs: performance.now() - sinceMs,
  };
  [latenessMs, reads, cpu, sinceMs] = [[], {}, process.cpuUsage(), performance.now()];
  process.send?.(found);
}
