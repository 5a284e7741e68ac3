/**
 * A simulated Modbus TCP gateway with many meters behind it: answers from live meters as their device files say, and
 * misbehaves on request. A small server of our own, since each fault needs the bytes and not a library's idea of them.
 */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { DeviceFile } from "../../devices/device.ts";
import type { FieldMeter } from "../../field/meter.ts";
import { type Frame, takeFrame } from "./mbap.ts";
import { createFaults, type SlaveFaults } from "./slave-faults.ts";
import { reactionTo, type Unit, type Units } from "./slave-reaction.ts";
import { UNIT_MAX } from "./unit.ts";

/** Most clients of one slave at a time; one more is turned away. */
export const SLAVE_CLIENTS_MAX = 64;

/** One meter behind the slave. */
export type SlaveMeter = { unit: number; device: DeviceFile; meter: FieldMeter };
/** Where to listen (port 0 for a free one) and which meters to serve. */
export type SlaveOptions = { host: string; port: number; meters: readonly SlaveMeter[] };
/** A running slave. */
export type ModbusSlave = { port: number; faults: SlaveFaults; close(): Promise<void> };

/**
 * Starts a slave and gives its port. Throws for meters that cannot be served (a unit twice or out of range, a device file
 * of another protocol, a relay in the file that the meter has not) and when the port cannot be listened on.
 */
export async function startModbusSlave(options: SlaveOptions): Promise<ModbusSlave> {
  const units = unitsOf(options.meters);
  const faults = createFaults(new Set(units.keys()));
  const clients = new Set<Socket>();
  const server = createServer((socket) => {
    if (clients.size >= SLAVE_CLIENTS_MAX) return void socket.destroy();
    clients.add(socket);
    socket.once("close", () => clients.delete(socket));
    serve(socket, units, faults);
  });
  server.listen(options.port, options.host);
  await once(server, "listening");
  return { port: portOf(server), faults, close: () => closeAll(server, clients) };
}

function serve(socket: Socket, units: Units, faults: SlaveFaults): void {
  let bytes: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on("error", () => undefined);
  socket.on("data", (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (let taken = takeFrame(bytes); ; taken = takeFrame(bytes)) {
      bytes = taken.rest;
      if (taken.broken) return void socket.destroy();
      if (taken.frame === undefined) return;
      answer(socket, taken.frame, units, faults);
    }
  });
}

function answer(socket: Socket, frame: Frame, units: Units, faults: SlaveFaults): void {
  const reaction = reactionTo(frame, units, faults.get(frame.unit));
  if (reaction === "nothing") return;
  if (reaction === "reset") socket.resetAndDestroy();
  else if (reaction.delayMs === 0) send(socket, reaction.bytes);
  else setTimeout(send, reaction.delayMs, socket, reaction.bytes).unref();
}

function send(socket: Socket, bytes: Buffer): void {
  if (socket.writable) socket.write(bytes);
}

function unitsOf(meters: readonly SlaveMeter[]): Units {
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
    units.set(unit, { device, meter });
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
