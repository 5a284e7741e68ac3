/**
 * The UDP socket that all BACnet meters of a gateway are asked through. Whatever arrives is read inside one boundary:
 * what is no BACnet is counted and dropped, and an answer counts only for the request that it belongs to, by address,
 * station, number and service.
 */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { type Apdu, writeApdu } from "../../../engine/contract/bacnet/apdu.ts";
import { ABORT, APDU_BYTES_MAX } from "../../../engine/contract/bacnet/names.ts";
import { writePacket } from "../../../engine/contract/bacnet/packet.ts";
import { type Arrival, arrivalOf } from "./arrival.ts";
import { type Acknowledged, type Failed, failed } from "./calls.ts";
import { InvokeIds } from "./invoke-ids.ts";
import { type Peer, peerName } from "./peer.ts";
import { refusalOf } from "./refusal.ts";
import { Turns } from "./turns.ts";

/** Most peers whose numbers are remembered. */
const PEERS_MAX = 16_384;

/** Where the socket is bound: any free port unless told, since answers come to where the question came from. */
export type PortOptions = { host?: string; port?: number };
/** A confirmed request. */
export type Request = { service: number; body: Uint8Array; timeoutMs: number };
/** Takes messages that nobody asked for: I-Am and changes of value. */
export type Unasked = (apdu: Extract<Apdu, { kind: "unconfirmed" }>, from: Peer) => void;
/** Datagrams that arrived, by what became of them. */
export type PortCounts = { answered: number; unasked: number; strange: number; malformed: number };

type Pending = { peer: string; service: number; settle: (reply: Acknowledged | Failed) => void };

/** The socket; opened by the first request. */
export class BacnetPort {
  /** What became of all that arrived. */
  readonly counts: PortCounts = { answered: 0, unasked: 0, strange: 0, malformed: 0 };
  readonly #options: PortOptions;
  readonly #turns = new Turns();
  readonly #ids = new Map<string, InvokeIds>();
  readonly #pending = new Map<string, Pending>();
  readonly #listeners = new Set<Unasked>();
  #socket: Promise<Socket | Failed> | undefined;
  #closed = false;

  constructor(options: PortOptions = {}) {
    this.#options = options;
  }

  /** Asks and gives what the peer acknowledged, or a refusal; always within the time-out once it is its turn. */
  async request(peer: Peer, request: Request): Promise<Acknowledged | Failed> {
    const name = peerName(peer);
    if (this.#closed) return failed("closed", "the driver is closed");
    if (!(await this.#turns.take(name))) return failed("busy", "too many requests wait already");
    try {
      const socket = await this.#open();
      if ("ok" in socket) return socket;
      return await this.#exchange(socket, peer, request);
    } finally {
      this.#turns.done(name);
    }
  }

  /** Sends a message that nobody answers by its number. False when it could not be sent. */
  async send(peer: Peer, apdu: Apdu, broadcast = false): Promise<boolean> {
    const socket = await this.#open();
    if ("ok" in socket) return false;
    if (this.#closed) return false;
    const datagram = writePacket(writeApdu(apdu), { broadcast, to: peer.station });
    return new Promise((resolve) => {
      socket.send(datagram, peer.port, peer.address, (error) => resolve(error === null));
    });
  }

  /** Hears what nobody asked for, until the function that it gives is called. */
  listen(listener: Unasked): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes one datagram: the boundary that none of its bytes gets past. */
  receive(datagram: Uint8Array, from: Pick<RemoteInfo, "address" | "port">): void {
    const arrival = arrivalOf(datagram);
    if (arrival === "malformed") this.counts.malformed++;
    if (typeof arrival === "string") return;
    const peer = { address: from.address, port: from.port, station: arrival.station };
    if (arrival.apdu.kind === "unconfirmed") this.#unasked(arrival.apdu, peer);
    else this.#answer(arrival, peer);
  }

  /** Closes the socket; what waits for an answer settles as closed. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const { settle } of this.#pending.values())
      settle(failed("closed", "the driver is closed"));
    const socket = await this.#socket;
    if (socket === undefined || "ok" in socket) return;
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  }

  async #exchange(socket: Socket, peer: Peer, request: Request): Promise<Acknowledged | Failed> {
    const name = peerName(peer);
    const ids = this.#idsOf(name);
    const invokeId = ids.take(Date.now());
    if (invokeId === undefined) return failed("busy", `${name} owes answers to all 256 numbers`);
    const { service, body, timeoutMs } = request;
    const size = { segmentsAccepted: 0, maxApdu: APDU_BYTES_MAX };
    const apdu = writeApdu({ kind: "confirmed", service, invokeId, ...size, body });
    const key = `${name} #${invokeId}`;
    const reply = await new Promise<Acknowledged | Failed>((resolve) => {
      const timer = setTimeout(settle, timeoutMs, undefined);
      const pending = this.#pending;
      function settle(given: Acknowledged | Failed | undefined): void {
        clearTimeout(timer);
        pending.delete(key);
        resolve(given ?? failed("timeout", `${name} does not answer within ${timeoutMs} ms`));
      }
      this.#pending.set(key, { peer: name, service, settle });
      if (this.#closed) return settle(failed("closed", "the driver is closed"));
      const datagram = writePacket(apdu, { to: peer.station, expectsReply: true });
      socket.send(datagram, peer.port, peer.address, (error) => {
        if (error) settle(failed("unreachable", `${name} cannot be sent to: ${error.message}`));
      });
    });
    ids.give(invokeId, reply.ok || reply.fault !== "timeout", Date.now());
    return reply;
  }

  #answer({ apdu }: Arrival, from: Peer): void {
    const pending = this.#pending.get(
      `${peerName(from)} #${"invokeId" in apdu ? apdu.invokeId : -1}`,
    );
    const reply = pending === undefined ? undefined : replyOf(apdu, pending);
    if (pending === undefined || reply === undefined) {
      this.counts.strange++;
      return;
    }
    this.counts.answered++;
    pending.settle(reply);
    if (apdu.kind === "complex_ack" && apdu.segment !== undefined) {
      const abort = { kind: "abort", server: false, invokeId: apdu.invokeId } as const;
      void this.send(from, { ...abort, reason: ABORT.segmentationNotSupported });
    }
  }

  #unasked(apdu: Extract<Apdu, { kind: "unconfirmed" }>, from: Peer): void {
    this.counts.unasked++;
    for (const listener of this.#listeners) listener(apdu, from);
  }

  #idsOf(name: string): InvokeIds {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    if (this.#ids.size >= PEERS_MAX) this.#forgetIdle();
    const ids = new InvokeIds();
    this.#ids.set(name, ids);
    return ids;
  }

  #forgetIdle(): void {
    const nowMs = Date.now();
    for (const [name, ids] of this.#ids) if (ids.isIdle(nowMs)) this.#ids.delete(name);
  }

  #open(): Promise<Socket | Failed> {
    this.#socket ??= this.#bind();
    return this.#socket;
  }

  #bind(): Promise<Socket | Failed> {
    const { host = "0.0.0.0", port = 0 } = this.#options;
    const socket = createSocket({ type: "udp4" });
    return new Promise((resolve) => {
      socket.once("error", (error) => {
        this.#socket = undefined;
        socket.close();
        resolve(failed("unreachable", `UDP ${host}:${port} cannot be used: ${error.message}`));
      });
      socket.bind(port, host, () => {
        socket.removeAllListeners("error");
        // An error of a socket that is open says that one datagram was lost; its request runs into its time-out.
        socket.on("error", () => undefined);
        socket.on("message", (datagram, from) => this.receive(datagram, from));
        socket.setBroadcast(true);
        resolve(socket);
      });
    });
  }
}

/** What a message is to the request with its number; undefined when it is no answer to that service. */
function replyOf(apdu: Apdu, { peer, service }: Pending): Acknowledged | Failed | undefined {
  switch (apdu.kind) {
    case "simple_ack":
      return apdu.service === service ? { ok: true, body: new Uint8Array(0) } : undefined;
    case "complex_ack":
      if (apdu.service !== service) return undefined;
      if (apdu.segment === undefined) return { ok: true, body: apdu.body };
      return failed("refused", `${peer} answers in segments, which it was told not to`);
    case "error":
      return apdu.service === service ? refusalOf(apdu, peer) : undefined;
    case "reject":
      return refusalOf(apdu, peer);
    case "abort":
      return apdu.server ? refusalOf(apdu, peer) : undefined;
    default:
      return undefined;
  }
}
