/**
 * Listens for meters and modems that dial in. Who calls is learnt from the line that it registers with, or, from one
 * that says nothing, by reading a serial number through it. Everything has a bound: connections, the registration's
 * length, the time to register, the time that a name nobody asks for may stay.
 */
import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Line } from "../line.ts";
import { CallerDesk, fromOf } from "./desk.ts";
import type { TellCaller } from "./events.ts";
import { type Candidate, identify } from "./identify.ts";
import { registrationOf } from "./registration.ts";

/** Most connections at a time, of callers known and unknown. */
export const CALLERS_MAX = 2_048;
/** Meters behind callers that say nothing, at most. */
const CANDIDATES_MAX = 16_384;
/** Time to register, in milliseconds; who says nothing for so long is asked for a serial number. */
const REGISTER_MS = 10_000;
/** A pause of this length ends a registration that has no line end, in milliseconds. */
const PAUSE_MS = 300;
/** How long a caller may stay that no meter is reached through, in milliseconds: longer than the polls are apart. */
const UNCLAIMED_MS = 180_000;
/** Time between two rounds of asking a silent caller, in milliseconds. */
const ROUND_MS = 10_000;
const KEEP_ALIVE_MS = 60_000;

/** Where to listen (port 0 takes any free one), and where events go; times in milliseconds. */
export type ListenOptions = {
  host: string;
  port: number;
  onEvent?: TellCaller;
  registerMs?: number;
  unclaimedMs?: number;
};

/** A running listener. */
export type CallerListener = {
  /** The port, once it is listened on; rejects with one line where it cannot be. */
  listening: Promise<number>;
  /** The line to a caller; its name is waited for from now on. */
  line(name: string, framing: Line["framing"]): Line;
  /** A meter that is reached through a caller, for callers that say nothing of themselves. */
  expect(candidate: Candidate): void;
  close(): Promise<void>;
};

/** Starts to listen. */
export function createCallerListener(options: ListenOptions): CallerListener {
  const tell = options.onEvent ?? (() => undefined);
  const desk = new CallerDesk(tell, { unclaimedMs: options.unclaimedMs ?? UNCLAIMED_MS });
  const candidates = new Map<string, Candidate>();
  const sockets = new Set<Socket>();
  const ending = new AbortController();
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    if (sockets.size >= CALLERS_MAX) {
      const message = `a caller is turned away: over ${CALLERS_MAX} connections`;
      tell({ kind: "refused", name: "", from: fromOf(socket), message });
      return void socket.destroy();
    }
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    void admit(socket);
  });

  async function admit(socket: Socket): Promise<void> {
    const told = await registration(socket, options.registerMs ?? REGISTER_MS);
    const name = told === "silent" ? await nameBySerial(socket) : told;
    if (socket.destroyed) return;
    if (typeof name === "string") return desk.offer(name, socket);
    const message = `a caller is turned away: ${name.refusal}`;
    tell({ kind: "refused", name: "", from: fromOf(socket), message });
    socket.destroy();
  }

  async function nameBySerial(socket: Socket): Promise<string | { refusal: string }> {
    const until = Date.now() + (options.unclaimedMs ?? UNCLAIMED_MS);
    while (!socket.destroyed && !ending.signal.aborted) {
      const absentFirst = [...candidates.values()].sort(
        (one, other) => Number(desk.connected(one.name)) - Number(desk.connected(other.name)),
      );
      const name = await identify(socket, absentFirst);
      if (name !== undefined) return name;
      if (Date.now() + ROUND_MS > until) break;
      await sleep(ROUND_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
    return { refusal: "it says nothing, and no meter of the roster answers behind it" };
  }

  return {
    listening: listenOn(server, options),
    line: (name, framing) => {
      desk.expect(name);
      return {
        name: `caller ${name}`,
        framing,
        byteMs: 0,
        open: (connectMs) => desk.open(name, connectMs),
      };
    },
    expect(candidate) {
      desk.expect(candidate.name);
      const key = `${candidate.name} ${candidate.unit}`;
      if (!candidates.has(key) && candidates.size >= CANDIDATES_MAX) return;
      candidates.set(key, candidate);
    },
    async close() {
      ending.abort();
      desk.close();
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** The name that a caller registers with, `silent` when nothing comes in time. */
function registration(
  socket: Socket,
  registerMs: number,
): Promise<string | "silent" | { refusal: string }> {
  return new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0);
    let pause: NodeJS.Timeout | undefined;
    const limit = setTimeout(() => {
      if (bytes.length === 0) give("silent");
      else if (!look(true)) give({ refusal: "an empty registration" });
    }, registerMs);
    const take = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      clearTimeout(pause);
      if (!look(false)) pause = setTimeout(look, PAUSE_MS, true);
    };
    const look = (over: boolean): boolean => {
      const read = registrationOf(bytes, over);
      if (read !== "more") give("name" in read ? read.name : read);
      return read !== "more";
    };
    const gone = () => give({ refusal: "it hung up" });
    const give = (result: string | { refusal: string }) => {
      clearTimeout(limit);
      clearTimeout(pause);
      socket.removeListener("data", take);
      socket.removeListener("close", gone);
      resolve(result);
    };
    socket.on("data", take);
    socket.once("close", gone);
  });
}

function listenOn(server: Server, { host, port }: ListenOptions): Promise<number> {
  const listening = new Promise<number>((resolve, reject) => {
    server.once("error", (error) => {
      reject(new Error(`cannot listen for meters on ${host}:${port}: ${error.message}`));
    });
    server.listen(port, host, () => {
      server.on("error", () => undefined);
      const address = server.address();
      if (address === null || typeof address === "string")
        throw new Error("a TCP server has a port");
      resolve(address.port);
    });
  });
  listening.catch(() => undefined);
  return listening;
}
