/**
 * A client of the HTTP interface, typed by its own document. It needs nothing but Node.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, errorOfAnswer } from "./errors.ts";
import { ATTEMPTS_DEFAULT, ATTEMPTS_MAX, isRepeatable, waitMsAfter } from "./retry.ts";
import type {
  CallArguments,
  CallOptions,
  CallResult,
  ItemOf,
  ListPath,
  Method,
  PathOf,
} from "./types.ts";

/** Time of one attempt unless told otherwise, in milliseconds. */
const ATTEMPT_MS_DEFAULT = 30_000;
/** Largest answer that is taken, in bytes. */
export const ANSWER_BYTES_MAX = 256 * 1_048_576;

const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";

/** Where to call, as whom, and with how much patience. */
export type ClientOptions = {
  /** The interface's address, such as `http://127.0.0.1:8080`. */
  url: string;
  /** A key or an access token; none for the few addresses that need none. */
  key?: string | undefined;
  /** Attempts of a call that may be repeated: 1 for none but the first; 5 by default, 100 at most. */
  attempts?: number;
  /** Time of one attempt in milliseconds. */
  attemptMs?: number;
  /** Instead of the global `fetch`: a proxy, or an app in the same process. */
  fetch?: (request: Request) => Promise<Response>;
};

/** An answer that is taken as it is. */
export type RawAnswer = { status: number; headers: Headers; bytes: Uint8Array };

/** The calls. All reject with an ApiError, or with the reason of the caller's signal. */
export type Client = {
  get<Path extends PathOf<"get">>(
    path: Path,
    ...input: CallArguments<Path, "get">
  ): Promise<CallResult<Path, "get">>;
  put<Path extends PathOf<"put">>(
    path: Path,
    ...input: CallArguments<Path, "put">
  ): Promise<CallResult<Path, "put">>;
  post<Path extends PathOf<"post">>(
    path: Path,
    ...input: CallArguments<Path, "post">
  ): Promise<CallResult<Path, "post">>;
  patch<Path extends PathOf<"patch">>(
    path: Path,
    ...input: CallArguments<Path, "patch">
  ): Promise<CallResult<Path, "patch">>;
  delete<Path extends PathOf<"delete">>(
    path: Path,
    ...input: CallArguments<Path, "delete">
  ): Promise<CallResult<Path, "delete">>;
  /** Any call with its status, headers and bytes: receipts to print, reports as CSV, NDJSON. */
  raw<M extends Method, Path extends PathOf<M>>(
    method: M,
    path: Path,
    ...input: CallArguments<Path, M>
  ): Promise<RawAnswer>;
  /** Every item of a list, page by page by its `next_cursor`. */
  items<Path extends ListPath>(
    path: Path,
    ...input: CallArguments<Path, "get">
  ): AsyncGenerator<ItemOf<Path>, void, undefined>;
};

/** What any call comes to, seen from inside. */
type AnyInput = CallOptions & {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  header?: Record<string, unknown>;
  body?: unknown;
};
type Page = { items: unknown[]; next_cursor: string | null };

/** Makes a client. It holds no connection of its own and needs no closing. Throws a RangeError on a wrong option. */
export function createClient(options: ClientOptions): Client {
  const { attempts = ATTEMPTS_DEFAULT } = options;
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > ATTEMPTS_MAX) {
    throw new RangeError(`attempts must be from 1 to ${ATTEMPTS_MAX}`);
  }
  const raw = (method: Method, path: string, input: AnyInput = {}): Promise<RawAnswer> =>
    call({ ...options, attempts }, { method, path, input });
  const json = (method: Method) => async (path: string, input?: AnyInput) =>
    parsed(await raw(method, path, input));
  const get = json("get");
  async function* items(path: string, input: AnyInput = {}): AsyncGenerator<unknown> {
    let cursor = input.query?.["cursor"];
    do {
      const query = { ...input.query, ...(cursor !== undefined && { cursor }) };
      const page = (await get(path, { ...input, query })) as Page;
      yield* page.items;
      if (page.next_cursor === cursor) return;
      cursor = page.next_cursor;
    } while (cursor !== null);
  }
  const verbs = { put: json("put"), post: json("post"), patch: json("patch") };
  return { get, ...verbs, delete: json("delete"), raw, items } as unknown as Client;
}

type Settled = ClientOptions & { attempts: number };
type Asked = { method: Method; path: string; input: AnyInput };

/** One call, made again while that may help. */
async function call(options: Settled, { method, path, input }: Asked): Promise<RawAnswer> {
  const { signal } = input;
  const url = urlOf(options.url, path, input);
  const headers = headersOf(options.key, input);
  const body = bodyOf(input);
  const isAgain = isRepeatable(method, headers, input);
  for (let attempts = 1; ; attempts++) {
    signal?.throwIfAborted();
    const init = { method: method.toUpperCase(), headers, redirect: "error" as const };
    const answer = await attempt(options, signal, (limit) => {
      return new Request(url, { ...init, signal: limit, ...(body !== undefined && { body }) });
    });
    if (!(answer instanceof ApiError)) return answer;
    const most = isAgain ? options.attempts : 1;
    const waitMs = waitMsAfter(answer, { attempts, most, chance: Math.random() });
    if (waitMs === undefined) throw answer;
    await sleep(waitMs, undefined, signal && { signal }).catch(() => undefined);
  }
}

/** One attempt: its answer, or why there is none. Rejects only with the reason of the caller's signal. */
async function attempt(
  { fetch: ask = fetch, attemptMs = ATTEMPT_MS_DEFAULT }: ClientOptions,
  signal: AbortSignal | undefined,
  request: (limit: AbortSignal) => Request,
): Promise<RawAnswer | ApiError> {
  const late = AbortSignal.timeout(attemptMs);
  try {
    const response = await ask(request(signal ? AbortSignal.any([signal, late]) : late));
    const bytes = await read(response);
    const { status, headers } = response;
    if (response.ok) return { status, headers, bytes };
    return errorOfAnswer(status, headers, new TextDecoder().decode(bytes));
  } catch (cause) {
    if (cause instanceof ApiError) return cause;
    signal?.throwIfAborted();
    const facts = { status: 0, retryable: true, cause };
    if (late.aborted) {
      return new ApiError(`no answer within ${attemptMs} ms`, { code: "timed_out", ...facts });
    }
    return new ApiError(`the interface cannot be reached: ${reasonOf(cause)}`, {
      code: "unreachable",
      ...facts,
    });
  }
}

async function read(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > ANSWER_BYTES_MAX) {
      throw new ApiError(`the answer has more than ${ANSWER_BYTES_MAX} bytes: ask for less`, {
        code: "answer_too_large",
        status: response.status,
        retryable: false,
      });
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function parsed({ status, headers, bytes }: RawAnswer): unknown {
  if (bytes.byteLength === 0) return undefined;
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError(`the address answers ${status} with something that is no JSON`, {
      code: "answer_unreadable",
      status,
      retryable: false,
      requestId: headers.get("X-Request-Id") ?? undefined,
      cause,
    });
  }
}

function urlOf(base: string, path: string, { path: values = {}, query = {} }: AnyInput): URL {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(values[name])),
  );
  const url = new URL(`${base.replace(/\/+$/, "")}${filled}`);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

function headersOf(
  key: string | undefined,
  { header = {}, accept = JSON_TYPE, type = JSON_TYPE, body }: AnyInput,
): Headers {
  const headers = new Headers({ Accept: accept });
  if (key !== undefined) headers.set("Authorization", `Bearer ${key}`);
  if (body !== undefined) headers.set("Content-Type", type);
  for (const [name, value] of Object.entries(header)) {
    if (value !== undefined) headers.set(name, String(value));
  }
  return headers;
}

function bodyOf({ body, type = JSON_TYPE }: AnyInput): string | undefined {
  if (body === undefined) return undefined;
  if (type === FORM_TYPE) return new URLSearchParams(body as Record<string, string>).toString();
  return type === JSON_TYPE ? JSON.stringify(body) : String(body);
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
