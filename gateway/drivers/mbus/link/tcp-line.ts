/**
 * One TCP connection to an M-Bus converter: carries out the steps of a transaction, one at a time.
 */
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createAssembler } from "./assembler.ts";
import type { BusBounds } from "./bounds.ts";
import type { Reply, Step, StepOutcome } from "./steps.ts";

/** Where a converter listens. */
export type Endpoint = { host: string; port: number };

/** Carries out steps. Never rejects; after `close` every step ends as closed. */
export type Line = {
  perform(step: Step): Promise<Reply>;
  nowMs(): number;
  close(): void;
};

/** A drain ends at the latest after this many times its quiet time: a chattering bus is no reason to hang. */
const DRAIN_ROUNDS_MAX = 8;

/** A line that connects when it is first needed. */
export function createTcpLine(endpoint: Endpoint, bounds: BusBounds): Line {
  const assembler = createAssembler();
  const stop = new AbortController();
  let socket: Socket | undefined;
  let lastByteMs = 0;
  let settle: ((outcome: StepOutcome) => void) | undefined;
  const nowMs = (): number => performance.now();

  const end = (outcome: StepOutcome): void => {
    settle?.(outcome);
    settle = undefined;
  };
  const receive = (piece: Uint8Array): void => {
    lastByteMs = nowMs();
    if (settle === undefined) return;
    const frame = assembler.push(piece);
    if (frame === undefined) return;
    end(frame.ok ? { got: "frame", frame: frame.value } : { got: "noise", fault: frame.fault });
  };
  const drop = (message: string): void => {
    socket?.removeAllListeners();
    socket?.on("error", () => {}).destroy();
    socket = undefined;
    end({ got: "lost", message });
  };
  const open = async (): Promise<string | undefined> => {
    if (socket !== undefined) return undefined;
    const opened = await openSocket(endpoint, bounds.connectMs, stop.signal);
    if (typeof opened === "string") return opened;
    socket = opened;
    opened.on("data", receive);
    opened.on("error", (error) => drop(`${nameOf(endpoint)}: ${error.message}`));
    opened.on("close", () => drop(`${nameOf(endpoint)} closed the connection`));
    return undefined;
  };
  const silence = (): void => {
    const torn = assembler.torn();
    if (torn === undefined || torn.ok) end({ got: "silence" });
    else end({ got: "noise", fault: torn.fault });
  };
  const askOnce = async (bytes: Uint8Array, waitMs: number): Promise<StepOutcome> => {
    const failure = await open();
    if (stop.signal.aborted) return { got: "closed" };
    if (failure !== undefined) return { got: "lost", message: failure };
    assembler.reset();
    return await new Promise<StepOutcome>((resolve) => {
      const timer = setTimeout(silence, waitMs);
      settle = (outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      socket?.write(bytes);
    });
  };
  const rest = async (quietMs: number): Promise<StepOutcome> => {
    lastByteMs = nowMs();
    for (let round = 0; round < DRAIN_ROUNDS_MAX; round++) {
      const leftMs = lastByteMs + quietMs - nowMs();
      if (leftMs <= 0) break;
      await sleep(leftMs, undefined, { signal: stop.signal }).catch(() => {});
      if (stop.signal.aborted) return { got: "closed" };
    }
    return { got: "done" };
  };
  const outcomeOf = async (step: Step): Promise<StepOutcome> => {
    if (stop.signal.aborted) return { got: "closed" };
    if (step.do === "ask") return await askOnce(step.bytes, step.waitMs);
    if (step.do === "drop") drop("dropped after a broken answer");
    return await rest(step.quietMs);
  };

  return {
    nowMs,
    perform: async (step) => ({ ...(await outcomeOf(step)), nowMs: nowMs() }),
    close() {
      stop.abort();
      end({ got: "closed" });
      drop("closed");
    },
  };
}

/** An open socket, or what went wrong in one line. */
function openSocket(
  endpoint: Endpoint,
  connectMs: number,
  signal: AbortSignal,
): Promise<Socket | string> {
  return new Promise((resolve) => {
    const socket = connect({ ...endpoint, noDelay: true, keepAlive: true });
    const fail = (message: string): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abandon);
      socket.destroy();
      resolve(`cannot reach ${nameOf(endpoint)}: ${message}`);
    };
    const abandon = (): void => fail("closed");
    const timer = setTimeout(() => fail(`no connection within ${connectMs} ms`), connectMs);
    signal.addEventListener("abort", abandon, { once: true });
    socket.on("error", (error) => fail(error.message));
    socket.once("connect", () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abandon);
      socket.removeAllListeners("error");
      resolve(socket);
    });
  });
}

function nameOf({ host, port }: Endpoint): string {
  return `${host}:${port}`;
}
