/**
 * Writes a Response to a native response object: in one piece where the body is small or known, else in chunks that
 * wait for the client (back-pressure). Statuses and methods that have no body get none.
 */
import { STATUS_CODES } from "node:http";
import { type LightBody, lightPartsOf } from "./light-response.ts";
import type { NativeResponse } from "./native.ts";

/** Where a response goes. `gone` turns true when the client went away; `native` may not be touched then. */
export type Outgoing = {
  native: NativeResponse;
  method: string;
  gone: boolean;
  /** Whether the head is on its way, so that no other answer can be given. */
  begun: boolean;
  /** Whether all of it was handed over; the native object may not be touched then. */
  ended: boolean;
  /** Whether the connection ends with this answer. */
  hangUp: boolean;
  onGone?: (() => void) | undefined;
  /** Runs when the client's socket took some of what waits. */
  onRoom?: (() => void) | undefined;
  /** Runs right before the answer ends, after which the native object may not be touched. */
  onEnd?: (() => void) | undefined;
};

/** Where the answer to a request goes that nothing was sent for yet. */
export function outgoingOn(native: NativeResponse, method: string): Outgoing {
  return { native, method, gone: false, begun: false, ended: false, hangUp: false };
}

/**
 * Sends the response; settles when all of it is handed over or the client is gone. Returns nothing to wait for where
 * the answer went out in one go. Rejects when the body fails on the way.
 */
export function sendResponse(outgoing: Outgoing, response: Response): Promise<void> | undefined {
  const light = lightPartsOf(response);
  if (light === undefined) return sendStream(outgoing, response);
  send(outgoing, { status: light.status, text: "", headers: light.headers }, light.body);
  return undefined;
}

type Head = { status: number; text: string; headers: Iterable<[string, string]> };
type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** Most bytes written at once: so much is added to what waits each time that the socket took some. */
const PIECE_BYTES_MAX = 64 * 1024;

/**
 * For how long the native module keeps a connection that nothing is asked on: ten seconds, counted in steps of four. Told, so
 * that clients do not ask once more on one that is just being ended.
 */
export const KEEP_ALIVE = ["Keep-Alive", "timeout=8"] as const;

/** Headers that the native module writes itself, or that belong to one connection only. */
const OWN_HEADERS = new Set([
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "date",
]);

async function sendStream(outgoing: Outgoing, response: Response): Promise<void> {
  const { status, statusText: text, headers } = response;
  const head = { status, text, headers };
  if (response.body === null) return send(outgoing, head, null);
  if (hasNoBody(outgoing.method, status)) {
    await response.body.cancel();
    return sendEmpty(outgoing, head, headers.get("content-length") ?? undefined);
  }
  const reader: Reader = response.body.getReader();
  const first = await reader.read();
  if (first.done) return send(outgoing, head, null);
  // Bodies made of one text or one buffer end right after their first piece: those go out whole, with their length.
  const second = reader.read();
  const soon = await Promise.race([second, new Promise<void>((turn) => setImmediate(turn))]);
  if (soon?.done) return send(outgoing, head, first.value);
  begin(outgoing, head, reader);
  await writeChunk(outgoing, first.value);
  for (let read = await second; !read.done; read = await reader.read()) {
    await writeChunk(outgoing, read.value);
  }
  if (outgoing.gone) return;
  end(outgoing);
  outgoing.native.cork(() => outgoing.native.end(undefined, outgoing.hangUp));
}

function hasNoBody(method: string, status: number): boolean {
  return method === "HEAD" || status === 204 || status === 304;
}

/** The whole answer in one go. */
function send(outgoing: Outgoing, head: Head, body: LightBody): void {
  if (hasNoBody(outgoing.method, head.status)) {
    const length = body === null ? lengthIn(head.headers) : String(Buffer.byteLength(body));
    sendEmpty(outgoing, head, length);
    return;
  }
  if (outgoing.gone) return;
  end(outgoing);
  outgoing.native.cork(() => {
    writeHead(outgoing, head);
    outgoing.native.end(body ?? "", outgoing.hangUp);
  });
}

/** An answer without a body; one to HEAD says the length that a GET would have. */
function sendEmpty(outgoing: Outgoing, head: Head, length: string | undefined): void {
  if (outgoing.gone) return;
  end(outgoing);
  const isSilent = head.status === 204 || head.status === 304 || length === undefined;
  outgoing.native.cork(() => {
    writeHead(outgoing, head);
    // An undefined length would be written as a number: leave the argument out.
    if (isSilent && !outgoing.hangUp) outgoing.native.endWithoutBody();
    else outgoing.native.endWithoutBody(Number(length ?? 0), outgoing.hangUp);
  });
}

/** Marks the answer as given, right before it is. */
function end(outgoing: Outgoing): void {
  outgoing.onEnd?.();
  outgoing.begun = true;
  outgoing.ended = true;
}

function lengthIn(headers: Iterable<[string, string]>): string | undefined {
  for (const [name, value] of headers) if (name.toLowerCase() === "content-length") return value;
  return undefined;
}

function begin(outgoing: Outgoing, head: Head, reader: Reader): void {
  outgoing.onGone = () => {
    reader.cancel().catch(() => undefined);
    outgoing.onRoom?.();
  };
  if (outgoing.gone) {
    outgoing.onGone();
    return;
  }
  outgoing.begun = true;
  hearOfRoom(outgoing);
  outgoing.native.cork(() => writeHead(outgoing, head));
}

/** Writes a chunk piece by piece, and waits while the client's socket is full. */
async function writeChunk(outgoing: Outgoing, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.byteLength; at += PIECE_BYTES_MAX) {
    if (outgoing.gone) return;
    const piece = chunk.subarray(at, at + PIECE_BYTES_MAX);
    let isTaken = true;
    outgoing.native.cork(() => {
      isTaken = outgoing.native.write(piece);
    });
    if (!isTaken) await writable(outgoing);
  }
}

function writable(outgoing: Outgoing): Promise<void> {
  return new Promise((resolve) => {
    outgoing.onRoom = resolve;
  });
}

/**
 * Hears of room in the client's socket. The handler is set once for all of the answer: one that is set while the module
 * runs the former would be lost.
 */
function hearOfRoom(outgoing: Outgoing): void {
  const { native } = outgoing;
  native.onWritable(() => {
    // With a handler set, the native module sends what waits only with the next write or cork.
    native.cork(() => undefined);
    outgoing.onRoom?.();
    return true;
  });
}

/** Status line and headers. Headers yields each Set-Cookie by itself. */
function writeHead({ native, hangUp }: Outgoing, head: Head): void {
  native.writeStatus(statusLine(head));
  if (!hangUp) native.writeHeader(...KEEP_ALIVE);
  for (const [name, value] of head.headers) {
    if (!OWN_HEADERS.has(name)) native.writeHeader(name, value);
  }
}

function statusLine({ status, text }: Head): string {
  return `${status} ${text || STATUS_CODES[status] || "Unknown"}`;
}
