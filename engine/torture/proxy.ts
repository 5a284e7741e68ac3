/**
 * A TCP proxy between two parts of the installation that misbehaves when it is told to: cuts connections, holds traffic
 * back, or passes half of a message on and then hangs up.
 */
import { createServer, type Server, Socket } from "node:net";
import { LOOPBACK } from "../host/ports.ts";

/** What a link does wrong: `cut` ends its connections, `delay` holds them for a while, `halve` tears the next message. */
export const LINK_FAULTS = ["cut", "delay", "halve"] as const;
/** A fault of a link. */
export type LinkFault = (typeof LINK_FAULTS)[number];

type Pair = { client: Socket; server: Socket };

/** One link. Opened by `openProxy`. */
export class LinkProxy {
  readonly name: string;
  readonly #listener: Server;
  readonly #targetPort: number;
  readonly #pairs = new Set<Pair>();
  #heldUntilMs = 0;
  #halves = false;

  constructor(name: string, targetPort: number) {
    this.name = name;
    this.#targetPort = targetPort;
    this.#listener = createServer((client) => this.#accept(client));
  }

  /** The port that it listens on. */
  get port(): number {
    const address = this.#listener.address();
    if (address === null || typeof address === "string") throw new Error("the proxy is closed");
    return address.port;
  }

  /** Begins to listen. Only `openProxy` calls it. */
  async listen(): Promise<void> {
    await new Promise<void>((done, failed) => {
      this.#listener.once("error", failed);
      this.#listener.listen({ host: LOOPBACK, port: 0 }, done);
    });
  }

  /** Does something wrong; `holdMs` is for how long a delay holds. */
  fault(fault: LinkFault, holdMs: number): void {
    if (fault === "cut") for (const pair of this.#pairs) end(pair);
    else if (fault === "delay") this.#hold(holdMs);
    else this.#halves = true;
  }

  /** Behaves again. */
  heal(): void {
    this.#halves = false;
    this.#heldUntilMs = 0;
    for (const { client, server } of this.#pairs) {
      client.resume();
      server.resume();
    }
  }

  /** Ends every connection and listens no more. */
  close(): void {
    for (const pair of this.#pairs) end(pair);
    this.#listener.close();
  }

  #accept(client: Socket): void {
    const server = new Socket();
    const pair = { client, server };
    this.#pairs.add(pair);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.setNoDelay(true);
      from.on("data", (chunk: Buffer) => this.#pass(chunk, from, to, pair));
      from.on("error", () => end(pair));
      from.on("end", () => to.end());
      from.on("close", () => {
        this.#pairs.delete(pair);
        to.destroySoon();
      });
    }
    server.connect({ host: LOOPBACK, port: this.#targetPort });
    if (Date.now() < this.#heldUntilMs) this.#holdPair(pair);
  }

  #pass(chunk: Buffer, from: Socket, to: Socket, pair: Pair): void {
    if (this.#halves && chunk.length > 1) {
      this.#halves = false;
      to.write(chunk.subarray(0, Math.floor(chunk.length / 2)), () => end(pair));
      return;
    }
    if (to.write(chunk)) return;
    from.pause();
    to.once("drain", () => {
      if (Date.now() >= this.#heldUntilMs) from.resume();
    });
  }

  #hold(holdMs: number): void {
    this.#heldUntilMs = Date.now() + holdMs;
    for (const pair of this.#pairs) this.#holdPair(pair);
    setTimeout(() => {
      if (Date.now() >= this.#heldUntilMs) this.heal();
    }, holdMs + 1).unref();
  }

  #holdPair({ client, server }: Pair): void {
    client.pause();
    server.pause();
  }
}

/** Opens a link to a port of loopback. */
export async function openProxy(name: string, targetPort: number): Promise<LinkProxy> {
  const proxy = new LinkProxy(name, targetPort);
  await proxy.listen();
  return proxy;
}

function end({ client, server }: Pair): void {
  client.destroy();
  server.destroy();
}
