/**
 * Fuzzes Modbus where bytes come in: answers through the framings and (one input in twenty) through a whole link with
 * its client, requests into the slave, registrations of callers, and register words through every decoder of every
 * device file.
 */
import { Duplex } from "node:stream";
import { loadDevices } from "../devices/load.ts";
import type { ModbusDevice } from "../devices/modbus-device.ts";
import { registrationOf } from "../drivers/modbus/callers/registration.ts";
import { decodeClock } from "../drivers/modbus/clock.ts";
import { decodeAtoms, decodeDisplay, decodeRelay, decodeSerial } from "../drivers/modbus/decode.ts";
import { withCrc } from "../drivers/modbus/framing/crc.ts";
import { createRtuFraming } from "../drivers/modbus/framing/rtu.ts";
import { createTcpFraming } from "../drivers/modbus/framing/tcp.ts";
import type { Line } from "../drivers/modbus/line.ts";
import { ModbusLink } from "../drivers/modbus/link.ts";
import { servingOf } from "../drivers/modbus/slave.ts";
import { RTU_FRAMING, TCP_FRAMING } from "../drivers/modbus/slave-framing.ts";
import { reactionTo } from "../drivers/modbus/slave-reaction.ts";
import type { FieldMeter } from "../field/meter.ts";
import { type Random, seededRandom } from "./random.ts";
import type { FuzzOptions, FuzzReport } from "./report.ts";
import { runInputs } from "./run.ts";

/** One input in so many goes through a whole link. */
const LINK_EVERY = 20;
/** Of these one in so many goes through an RTU link. */
const RTU_EVERY = 20;
/** Most mutations of one input. */
const MUTATIONS_MAX = 4;
/** Longest input in bytes. */
const INPUT_BYTES_MAX = 300;
const UNIT = 7;
const PARTY = { unit: UNIT, timeoutMs: 2_000 };

/** Runs random and mutated inputs through everything of Modbus that takes bytes from outside. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const random = seededRandom(options.seed);
  const linked = Math.floor(options.count / LINK_EVERY);
  const takers = [
    answerTaker(random),
    requestTaker(random),
    callerTaker(random),
    wordTaker(random),
  ];
  const direct = await runInputs({ ...options, count: options.count - linked }, (index) =>
    (takers[index % takers.length] ?? callerTaker(random))(),
  );
  const through = await throughLinks(random, linked);
  return {
    inputs: direct.inputs + through.inputs,
    refused: direct.refused + through.refused,
    decoded: direct.decoded + through.decoded,
    thrown: direct.thrown + through.thrown,
    slowestMs: Math.max(direct.slowestMs, through.slowestMs),
    heapGrowthBytes: Math.max(direct.heapGrowthBytes, through.heapGrowthBytes),
  };
}

/** Answers, in pieces, to a client's framing. */
function answerTaker(random: Random): () => boolean {
  return () => {
    const tcp = random.below(2) === 0;
    const framing = tcp ? createTcpFraming() : createRtuFraming();
    const request = requestAdu(random);
    const sent = framing.ask(request);
    const answer = mutated(random, tcp ? tcpAnswer(sent, request) : withCrc(answerBody(request)));
    for (let from = 0; from < answer.length; ) {
      const to = from + 1 + random.below(answer.length - from);
      const taken = framing.take(answer.subarray(from, to));
      from = to;
      if (taken.kind !== "wait") return taken.kind === "answer";
    }
    return false;
  };
}

/** Requests to a slave. */
function requestTaker(random: Random): () => boolean {
  const devices = modbusDevices();
  const meters = devices.map((device, at) => ({ unit: at + 1, device, meter: fuzzMeter() }));
  const { units } = servingOf({ meters });
  return () => {
    const framing = random.below(2) === 0 ? TCP_FRAMING : RTU_FRAMING;
    const request = requestAdu(random);
    request.writeUInt8(1 + random.below(meters.length + 2), 0);
    const whole = withCrc(request.subarray(0, -2));
    const bytes = mutated(random, framing === RTU_FRAMING ? whole : createTcpFraming().ask(whole));
    const taken = framing.take(bytes);
    if (taken.frame === undefined) return false;
    return typeof reactionTo(taken.frame, { units, fault: undefined, framing }) === "object";
  };
}

/** What callers register with. */
function callerTaker(random: Random): () => boolean {
  return () => {
    const bytes = mutated(random, Buffer.from("862751060000017\r\n", "latin1"));
    const read = registrationOf(bytes, random.below(2) === 0);
    return typeof read === "object" && "name" in read;
  };
}

/** Register words to values, by every device file. */
function wordTaker(random: Random): () => boolean {
  const devices = modbusDevices();
  return () => {
    const device = devices[random.below(devices.length)];
    if (device === undefined) return false;
    const words = Array.from({ length: 16 }, () =>
      random.below(3) === 0 ? (random.below(2) === 0 ? 0xffff : 0) : random.below(0x1_0000),
    );
    for (const register of device.display) decodeDisplay(words.slice(0, 2), register);
    if (device.clock !== undefined) decodeClock(words.slice(0, 6), device.clock);
    if (device.relay !== undefined) {
      decodeRelay(words.slice(0, device.relay.read_back.mask.length), device.relay);
    }
    if (device.identity.rule === "serial") {
      decodeSerial(words.slice(0, device.identity.words), device.identity);
    }
    const size = { u16: 1, i16: 1, u32: 2, i32: 2, float32: 2, u64: 4, i64: 4, float64: 4 };
    return decodeAtoms(words.slice(0, size[device.billing.type]), device.billing).ok;
  };
}

/** The same through links with their client: a peer in memory answers each request with mutated bytes, and hangs up. */
async function throughLinks(random: Random, count: number): Promise<FuzzReport> {
  const report = { inputs: 0, refused: 0, decoded: 0, thrown: 0, slowestMs: 0, heapGrowthBytes: 0 };
  const links = (["tcp", "rtu"] as const).map(
    (framing) => new ModbusLink(memoryLine(random, framing), { connectMs: 1_000, quietMs: 0 }),
  );
  const warmInputs = Math.ceil(count / 10);
  let heapBytes = heapNow();
  for (let index = 0; index < count; index++) {
    if (index === warmInputs) heapBytes = heapNow();
    const startMs = performance.now();
    try {
      // An RTU line is silent for a while between two requests: fewer go through it.
      const answer = await links[index % RTU_EVERY === 0 ? 1 : 0]?.exchange(PARTY, (session) =>
        random.below(4) === 0
          ? session.write({ functionCode: 16, address: 5, values: [1, 2] })
          : session.read({
              functionCode: 3,
              address: random.below(100),
              count: 1 + random.below(8),
            }),
      );
      if (answer?.ok === true) report.decoded++;
      else report.refused++;
    } catch {
      report.thrown++;
    }
    report.inputs++;
    report.slowestMs = Math.max(report.slowestMs, performance.now() - startMs);
  }
  report.heapGrowthBytes = heapNow() - heapBytes;
  await Promise.all(links.map((link) => link.close()));
  return report;
}

function memoryLine(random: Random, framing: Line["framing"]): Line {
  return {
    name: "fuzz",
    framing,
    byteMs: 0,
    async open() {
      const stream = new Duplex({
        read: () => undefined,
        write(chunk: Buffer, _, done) {
          const request = framing === "rtu" ? chunk : withCrc(chunk.subarray(6));
          const right =
            framing === "rtu" ? withCrc(answerBody(request)) : tcpAnswer(chunk, request);
          const sound = random.below(3) === 0;
          stream.push(sound ? right : mutated(random, right));
          done();
          // Whoever waits for more gets an end instead of a time-out.
          if (!sound) setImmediate(() => stream.destroy());
        },
      });
      stream.on("error", () => undefined);
      return { stream, close: async () => void stream.destroy() };
    },
  };
}

function requestAdu(random: Random): Buffer {
  const write = random.below(4) === 0;
  const body = Buffer.alloc(6);
  body.writeUInt8(UNIT, 0);
  body.writeUInt8(write ? 5 + random.below(2) : 1 + random.below(4), 1);
  body.writeUInt16BE(random.below(0x1_0000), 2);
  body.writeUInt16BE(write ? random.pick([0, 1, 0xff00]) : 1 + random.below(12), 4);
  return withCrc(body);
}

/** A right answer to a request, without its check sum. */
function answerBody(request: Buffer): Buffer {
  const functionCode = request.readUInt8(1);
  if (functionCode > 4) return Buffer.from(request.subarray(0, 6));
  const count = request.readUInt16BE(4);
  const dataBytes = functionCode <= 2 ? Math.ceil(count / 8) : count * 2;
  const body = Buffer.alloc(3 + dataBytes, 1);
  body.set([request.readUInt8(0), functionCode, dataBytes]);
  return body;
}

function tcpAnswer(sent: Buffer, request: Buffer): Buffer {
  const body = answerBody(request);
  const header = Buffer.from(sent.subarray(0, 6));
  header.writeUInt16BE(body.length, 4);
  return Buffer.concat([header, body]);
}

function mutated(random: Random, sound: Buffer): Buffer {
  if (random.below(8) === 0) return Buffer.from(random.bytes(1 + random.below(INPUT_BYTES_MAX)));
  let bytes: Buffer = Buffer.from(sound);
  for (let left = random.below(MUTATIONS_MAX + 1); left > 0; left--) bytes = mutate(random, bytes);
  return bytes.length === 0 ? Buffer.from([0]) : bytes.subarray(0, INPUT_BYTES_MAX);
}

function mutate(random: Random, bytes: Buffer): Buffer {
  const at = random.below(bytes.length);
  switch (random.below(5)) {
    case 0:
      if (at < bytes.length) bytes[at] = random.below(256);
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      return bytes;
    case 2:
      return bytes.subarray(0, at);
    case 3:
      return Buffer.concat([
        bytes.subarray(0, at),
        random.bytes(1 + random.below(8)),
        bytes.subarray(at),
      ]);
    default:
      return Buffer.concat([bytes, bytes.subarray(at)]);
  }
}

function modbusDevices(): ModbusDevice[] {
  return [...loadDevices().devices.values()].filter((device) => device.protocol === "modbus");
}

function fuzzMeter(): FieldMeter {
  let closed = true;
  return {
    serial: "11000001",
    service: "electricity",
    registerAtoms: () => 1_000n,
    flow: () => 100,
    relayClosed: () => closed,
    moveRelay(next) {
      closed = next;
    },
  };
}

/** Bytes in use, after a collection where the process was started with `--expose-gc`. */
function heapNow(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
