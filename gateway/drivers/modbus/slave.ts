/**
 * A simulated Modbus gateway with many meters behind it, over TCP in either framing, waited for or dialling in: answers from live meters as their device files say, and
 * misbehaves on request. A small server of our own, since each fault needs the bytes and not a library's idea of them.
 */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { DeviceFile } from "../../devices/device.ts";
import type { FieldMeter } from "../../field/meter.ts";
import type { Frame } from "./mbap.ts";
import { createFaults, type SlaveFaults } from "./slave-faults.ts";
import { RTU_FRAMING, type SlaveFraming, TCP_FRAMING } from "./slave-framing.ts";
import type { Unit } from "./slave-image.ts";
import { reactionTo, type Units } from "./slave-reaction.ts";
import { UNIT_MAX } from "./unit.ts";

/** Most clients of one slave at a time; one more is turned away. */
export const SLAVE_CLIENTS_MAX = 64;

/** One meter behind the slave. */
export type SlaveMeter = { unit: number; device: DeviceFile; meter: FieldMeter };
/** Where to listen (port 0 for a free one), which meters to serve, and how; `clockS` is the meters' own clock. */
export type SlaveOptions = {
  host: string;
  port: number;
  meters: readonly SlaveMeter[];
  framing?: "rtu";
  clockS?: () => number;
};
/** A running slave. */
export type ModbusSlave = { port: number; faults: SlaveFaults; close(): Promise<void> };

/**
 * Starts a slave and gives its port. Throws for meters that cannot be served (a unit twice or out of range, a device file
 * of another protocol, a relay in the file that the meter has not) and when the port cannot be listened on.
 */
export async function startModbusSlave(options: SlaveOptions): Promise<ModbusSlave> {
  const serving = servingOf(options);
  const clients = new Set<Socket>();
  const server = createServer((socket) => {
    if (clients.size >= SLAVE_CLIENTS_MAX) return void socket.destroy();
    clients.add(socket);
    socket.once("close", () => clients.delete(socket));
    serveStream(socket, serving);
  });
  server.listen(options.port, options.host);
  await once(server, "listening");
  return { port: portOf(server), faults: serving.faults, close: () => closeAll(server, clients) };
}

/** What is served, and how. */
export type Serving = { units: Units; faults: SlaveFaults; framing: SlaveFraming };

/** The units of some meters with their faults. Throws for meters that cannot be served. */
export function servingOf({
  meters,
  framing,
  clockS = () => Date.now() / 1_000,
}: Pick<SlaveOptions, "meters" | "framing" | "clockS">): Serving {
  const units = unitsOf(meters, clockS);
  const faults = createFaults(new Set(units.keys()));
  return { units, faults, framing: framing === "rtu" ? RTU_FRAMING : TCP_FRAMING };
}

/** Answers the requests that come through a socket. */
export function serveStream(socket: Socket, serving: Serving): void {
  let bytes: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on("error", () => undefined);
  socket.on("data", (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (let taken = serving.framing.take(bytes); ; taken = serving.framing.take(bytes)) {
      bytes = taken.rest;
      if (taken.broken) return void socket.destroy();
      if (taken.frame === undefined) return;
      answer(socket, taken.frame, serving);
    }
  });
}

function answer(socket: Socket, frame: Frame, { units, faults, framing }: Serving): void {
  const reaction = reactionTo(frame, { units, fault: faults.get(frame.unit), framing });
  if (reaction === "nothing") return;
  if (reaction === "reset") socket.resetAndDestroy();
  else if (reaction.delayMs === 0) send(socket, reaction.bytes);
  else setTimeout(send, reaction.delayMs, socket, reaction.bytes).unref();
}

function send(socket: Socket, bytes: Buffer): void {
  if (socket.writable) socket.write(bytes);
}

function unitsOf(meters: readonly SlaveMeter[], clockS: () => number): Units {
  const units = new Map<number, Unit>();
  for (const { unit, device, meter } of meters) {
    const where = `meter ${meter.serial}, unit ${unit}`;
    if (!Number.isInteger(unit) || unit < 1 || unit > UNIT_MAX)
      throw new Error(`${where}: not 1 to ${UNIT_MAX}`);
    if (units.has(unit)) throw new Error(`${where}: the unit is taken`);
    if (device.protocol !== "modbus") throw new Error(`${where}: not a Modbus device file`);
    if (device.relay !== undefined && meter.relayClosed() === undefined) {
      throw new Error(`${where}: the device file has a relay and the meter none`);
    }
    units.set(unit, { device, meter, clockS, armed: false, limit: undefined });
  }
  return units;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return address.port;
}

async function closeAll(server: Server, clients: ReadonlySet<Socket>): Promise<void> {
  const closed = once(server, "close");
  server.close();
  for (const socket of clients) socket.destroy();
  await closed;
}
