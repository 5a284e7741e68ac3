/**
 * The BACnet/IP server: reads, subscriptions and Who-Is, answered from the book. Every datagram is read inside one
 * boundary; nothing in it can end the process or reach the engine. Writes are refused, but for those of a supply where
 * they are allowed.
 */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { writeIAm } from "../../engine/contract/bacnet/answers.ts";
import { type Apdu, readApdu, writeApdu } from "../../engine/contract/bacnet/apdu.ts";
import { BacnetFault } from "../../engine/contract/bacnet/bytes.ts";
import {
  ABORT,
  APDU_BYTES_MAX,
  CONFIRMED,
  ERROR_CLASS,
  ERROR_CODE,
  PROPERTY,
  REJECT,
  UNCONFIRMED,
} from "../../engine/contract/bacnet/names.ts";
import {
  type Packet,
  readPacket,
  type Station,
  writePacket,
} from "../../engine/contract/bacnet/packet.ts";
import {
  abortOf,
  answerRead,
  type Confirmed,
  type ObjectModel,
} from "../../engine/contract/bacnet/serve.ts";
import {
  readSubscribe,
  readWhoIs,
  readWriteProperty,
} from "../../engine/contract/bacnet/services.ts";
import type { RelayAction } from "../../engine/contract/supply.ts";
import { type Bems, entryOf, modelOf, SEGMENTED_TRANSMIT, VENDOR } from "./model.ts";
import { Notifier } from "./notify.ts";
import { LongAnswers } from "./segments.ts";
import { type Subscriber, Subscriptions } from "./subscriptions.ts";
import { STATES } from "./values.ts";
import type { WriteSupply } from "./write-supply.ts";

/** How often changes are told, in milliseconds. */
const TURN_MS = 500;

/** Most writes that wait for the api at once; for one more the device is busy. */
const WRITES_MAX = 16;

/**
 * Where to listen, and who may ask: addresses, or everybody when there are none. `writeSupply` carries out what is written to
 * a supply state; without it everything is read-only.
 */
export type ServerOptions = {
  host: string;
  port: number;
  clients: readonly string[];
  bems: Bems;
  writeSupply?: WriteSupply;
};
/** What became of datagrams. */
export type ServerCounts = {
  answered: number;
  refused: number;
  malformed: number;
  strangers: number;
};
/** A running server. `receive` takes a datagram as the socket does. */
export type BemsServer = {
  port: number;
  counts: ServerCounts;
  receive(datagram: Uint8Array, from: Pick<RemoteInfo, "address" | "port">): void;
  close(): Promise<void>;
};

/** What a written supply state asks for: its place among the texts, from 1. */
const ACTIONS = new Map<bigint, RelayAction>([
  [BigInt(STATES.supply_state.indexOf("connected") + 1), "restore"],
  [BigInt(STATES.supply_state.indexOf("disconnected") + 1), "cut"],
]);

/** An asker: its address and the station behind a router. */
type Asker = Subscriber & { station: Station | undefined };

/** Starts the server. Rejects with an Error of one line when the address cannot be used. */
export async function startBemsServer(options: ServerOptions): Promise<BemsServer> {
  const socket = createSocket("udp4");
  const bound = once(socket, "listening");
  socket.bind(options.port, options.host);
  await bound.catch((error: Error) => {
    throw new Error(
      `BACnet cannot be served on UDP ${options.host}:${options.port}: ${error.message}`,
    );
  });
  socket.on("error", () => undefined);
  const serving = new Serving(socket, options);
  socket.on("message", (datagram, from) => serving.receive(datagram, from));
  return {
    port: socket.address().port,
    counts: serving.counts,
    receive: (datagram, from) => serving.receive(datagram, from),
    close: () => serving.close(),
  };
}

class Serving {
  readonly counts: ServerCounts = { answered: 0, refused: 0, malformed: 0, strangers: 0 };
  readonly #socket: Socket;
  readonly #bems: Bems;
  readonly #model: ObjectModel;
  readonly #clients: ReadonlySet<string>;
  readonly #long = new LongAnswers();
  readonly #subscriptions = new Subscriptions();
  readonly #stations = new Map<string, Station>();
  readonly #notifier: Notifier;
  readonly #timer: NodeJS.Timeout;
  readonly #writeSupply: WriteSupply | undefined;
  /** Writes that wait for the api, by asker and request: a repeat is not asked again. */
  readonly #writing = new Set<string>();
  #closed = false;

  constructor(socket: Socket, { clients, bems, writeSupply }: ServerOptions) {
    this.#writeSupply = writeSupply;
    this.#socket = socket;
    this.#bems = bems;
    this.#model = modelOf(bems);
    this.#clients = new Set(clients);
    this.#notifier = new Notifier(this.#subscriptions, bems, (to, apdu, expectsReply) =>
      this.#sendBytes(to, writePacket(apdu, { to: this.#stations.get(to.key), expectsReply })),
    );
    this.#timer = setInterval(() => this.#notifier.turn(Date.now()), TURN_MS);
  }

  /** Takes one datagram: the boundary that none of its bytes gets past. */
  receive(datagram: Uint8Array, from: Pick<RemoteInfo, "address" | "port">): void {
    if (this.#clients.size > 0 && !this.#clients.has(from.address)) {
      this.counts.strangers++;
      return;
    }
    try {
      const packet = readPacket(datagram);
      if (packet !== undefined) this.#take(readApdu(packet.apdu), packet, askerOf(packet, from));
    } catch (error) {
      if (!(error instanceof BacnetFault)) throw error;
      this.counts.malformed++;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#long.close();
    this.#notifier.close();
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }

  #take(apdu: Apdu, packet: Packet, asker: Asker): void {
    switch (apdu.kind) {
      case "unconfirmed":
        if (apdu.service === UNCONFIRMED.whoIs) this.#whoIs(apdu.body, packet, asker);
        return;
      case "confirmed":
        // A confirmed request is for one device: what was sent to all is for none.
        if (!packet.broadcast) this.#answer(apdu, asker);
        return;
      case "segment_ack":
        this.#long.heard(`${asker.key} #${apdu.invokeId}`, apdu);
        return;
      case "abort":
        this.#long.heard(`${asker.key} #${apdu.invokeId}`, apdu);
        this.#notifier.answered(asker.key, apdu);
        return;
      case "simple_ack":
      case "error":
      case "reject":
        this.#notifier.answered(asker.key, apdu);
        return;
      case "complex_ack":
        return;
    }
  }

  #answer(request: Confirmed, asker: Asker): void {
    const answer = this.#answerTo(request, asker);
    if (answer === undefined) return;
    if (answer.kind === "complex_ack") {
      const send = (apdu: Apdu) => this.#send(asker, apdu);
      if (this.#long.send(`${asker.key} #${request.invokeId}`, answer, request, send)) {
        this.counts.answered++;
        return;
      }
      const { segmentsAccepted, invokeId } = request;
      const reason = segmentsAccepted === 0 ? ABORT.segmentationNotSupported : ABORT.bufferOverflow;
      this.counts.refused++;
      this.#send(asker, abortOf(invokeId, reason));
      return;
    }
    this.#end(asker, answer);
  }

  #end(asker: Asker, answer: Apdu): void {
    if (answer.kind === "simple_ack") this.counts.answered++;
    else this.counts.refused++;
    this.#send(asker, answer);
  }

  /** The answer, or undefined where it comes later. */
  #answerTo(request: Confirmed, asker: Asker): Apdu | undefined {
    const { invokeId, service } = request;
    if (request.segment !== undefined) return abortOf(invokeId, ABORT.segmentationNotSupported);
    const read = answerRead(request, this.#model);
    if (read !== undefined) return read;
    try {
      if (service === CONFIRMED.subscribeCov) return this.#subscribe(request, asker);
      if (service === CONFIRMED.writeProperty) return this.#write(request, asker);
    } catch (error) {
      if (!(error instanceof BacnetFault)) throw error;
      return { kind: "reject", invokeId, reason: REJECT.invalidTag };
    }
    return { kind: "reject", invokeId, reason: REJECT.unrecognizedService };
  }

  #subscribe(request: Confirmed, asker: Asker): Apdu {
    const { invokeId, service } = request;
    const spec = readSubscribe(request.body);
    const ack = { kind: "simple_ack", invokeId, service } as const;
    if (spec.confirmed === undefined && spec.lifetimeS === undefined) {
      this.#subscriptions.remove(asker, spec);
      return ack;
    }
    if (entryOf(this.#bems.book, spec.object) === undefined) {
      return errorOf(request, ERROR_CLASS.object, ERROR_CODE.unknownObject);
    }
    const nowMs = Date.now();
    const added = this.#subscriptions.add(asker, spec, nowMs);
    if (added === false) {
      return errorOf(request, ERROR_CLASS.resources, ERROR_CODE.noSpaceToAddListElement);
    }
    if (asker.station !== undefined) this.#remember(asker.key, asker.station);
    // After the acknowledgement, as subscribers expect it.
    setImmediate(() => {
      if (!this.#closed) this.#notifier.tell(added, nowMs);
    });
    return ack;
  }

  #remember(key: string, station: Station): void {
    if (this.#stations.size > this.#subscriptions.size + 1) this.#stations.clear();
    this.#stations.set(key, station);
  }

  /** Only the present value of a supply state can be written, to `connected` or `disconnected`. */
  #write(request: Confirmed, asker: Asker): Apdu | undefined {
    const spec = readWriteProperty(request.body);
    const has = this.#model.properties(spec.object);
    if (has === undefined) return errorOf(request, ERROR_CLASS.object, ERROR_CODE.unknownObject);
    const refuse = (code: number): Apdu => errorOf(request, ERROR_CLASS.property, code);
    if (!has.includes(spec.property)) return refuse(ERROR_CODE.unknownProperty);
    const found = entryOf(this.#bems.book, spec.object);
    const isSupply = found?.fact === "supply_state" && spec.property === PROPERTY.presentValue;
    if (!isSupply || this.#writeSupply === undefined) return refuse(ERROR_CODE.writeAccessDenied);
    const [value, ...others] = spec.values;
    if (value?.type !== "unsigned" || others.length > 0) return refuse(ERROR_CODE.invalidDataType);
    const action = ACTIONS.get(value.value);
    if (action === undefined) return refuse(ERROR_CODE.valueOutOfRange);
    const key = `${asker.key} #${request.invokeId}`;
    if (this.#writing.has(key)) return undefined;
    if (this.#writing.size >= WRITES_MAX)
      return errorOf(request, ERROR_CLASS.device, ERROR_CODE.deviceBusy);
    this.#writing.add(key);
    const order = { accountId: found.entry.offered.accountId, action, from: asker.address };
    void this.#writeSupply(order).then((written) => {
      this.#writing.delete(key);
      if (this.#closed) return;
      const { invokeId, service } = request;
      if (written === "taken") this.#end(asker, { kind: "simple_ack", invokeId, service });
      else if (written === "refused") this.#end(asker, refuse(ERROR_CODE.writeAccessDenied));
      else this.#end(asker, errorOf(request, ERROR_CLASS.device, ERROR_CODE.deviceBusy));
    });
    return undefined;
  }

  #whoIs(body: Uint8Array, packet: Packet, asker: Asker): void {
    const { low, high } = readWhoIs(body);
    const { device } = this.#bems;
    if (device < low || device > high) return;
    const said = {
      device,
      maxApdu: APDU_BYTES_MAX,
      segmentation: SEGMENTED_TRANSMIT,
      vendor: VENDOR,
    };
    const to =
      packet.forwarder === undefined ? asker : { ...asker, ...addressIn(packet.forwarder) };
    this.counts.answered++;
    this.#send(to, { kind: "unconfirmed", service: UNCONFIRMED.iAm, body: writeIAm(said) });
  }

  #send(to: Asker, apdu: Apdu): void {
    this.#sendBytes(to, writePacket(writeApdu(apdu), { to: to.station }));
  }

  #sendBytes({ address, port }: Subscriber, datagram: Uint8Array): void {
    // Port 0 is nobody's, and sending there an exception.
    if (!this.#closed && port > 0) this.#socket.send(datagram, port, address, () => undefined);
  }
}

function askerOf(
  { from: station }: Packet,
  { address, port }: Pick<RemoteInfo, "address" | "port">,
): Asker {
  const behind = station === undefined ? "" : ` ${station.net}:${station.mac}`;
  return { key: `${address}:${port}${behind}`, address, port, station };
}

/** Who-Is through a broadcast manager is answered to its first sender. */
function addressIn(forwarder: string): { address: string; port: number } {
  const [address = "", port = "0"] = forwarder.split(":");
  return { address, port: Number(port) };
}

function errorOf({ invokeId, service }: Confirmed, errorClass: number, errorCode: number): Apdu {
  return { kind: "error", invokeId, service, errorClass, errorCode };
}
