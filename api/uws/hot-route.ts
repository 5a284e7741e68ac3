/**
 * Hot routes over the native module: a plain GET is looked at where it lies and answered in one piece, without a Request,
 * a Response or a middleware in between. What is not plain goes on to the app.
 */
import { isPlainHost } from "./address.ts";
import type { NativeApp, NativeRequest, NativeResponse } from "./native.ts";
import { problemResponse } from "./problem.ts";
import { KEEP_ALIVE, outgoingOn, sendResponse } from "./response.ts";
import type { HotAnswer, HotRequest, HotRoute } from "./types.ts";

/** A hot route that is served. `idle` settles when nothing is under way. */
export type ServedHot = { idle(): Promise<void> };

/** Serves a hot route: before the app's own routes are added. */
export function serveHot(
  app: NativeApp,
  { path, take }: HotRoute,
  onError: (error: unknown) => void,
): ServedHot {
  const desk = new Desk();
  app.get(path, (res, req) => {
    const request = plainRequest(req);
    if (request === undefined) {
      req.setYield(true);
      return;
    }
    const answer = new Answer(res, desk);
    try {
      if (take(request, answer)) answer.begin();
      else req.setYield(true);
    } catch (error) {
      onError(error);
      answer.respond(problemResponse(500));
    }
  });
  return desk;
}

/** Counts what is under way. */
class Desk implements ServedHot {
  #underWay = 0;
  #whenIdle: (() => void)[] = [];

  begin(): void {
    this.#underWay++;
  }
  end(): void {
    this.#underWay--;
    if (this.#underWay > 0) return;
    for (const done of this.#whenIdle.splice(0)) done();
  }
  idle(): Promise<void> {
    return new Promise((done) => {
      if (this.#underWay === 0) done();
      else this.#whenIdle.push(done);
    });
  }
}

/** One answer. The native object may not be touched when the client is gone, or after the answer. */
class Answer implements HotAnswer {
  readonly #native: NativeResponse;
  readonly #desk: Desk;
  #isUnderWay = false;
  #isOver = false;

  constructor(native: NativeResponse, desk: Desk) {
    this.#native = native;
    this.#desk = desk;
  }

  /** The route has taken the request: from now on the client may go away. */
  begin(): void {
    if (this.#isOver) return;
    this.#isUnderWay = true;
    this.#desk.begin();
    this.#native.onAborted(() => this.#end());
  }

  json(text: string, headers: readonly [string, string][]): void {
    if (this.#isOver) return;
    const native = this.#native;
    native.cork(() => {
      native.writeHeader(...KEEP_ALIVE);
      native.writeHeader("Content-Type", "application/json");
      for (const [name, value] of headers) native.writeHeader(name, value);
      native.end(text);
    });
    this.#end();
  }

  respond(response: Response): void {
    if (this.#isOver) return;
    void sendResponse(outgoingOn(this.#native, "GET"), response);
    this.#end();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#isUnderWay) this.#desk.end();
  }
}

/** What was seen of the headers of the request that is looked at: one at a time, so one for all. */
const seen = { host: "", authorization: "", requestId: "", isPlain: true };

/** The value of a header that may come once. */
function once(before: string, value: string): string {
  if (before !== "") seen.isPlain = false;
  return value;
}

function see(name: string, value: string): void {
  switch (name) {
    case "host":
      seen.host = once(seen.host, value);
      return;
    case "authorization":
      seen.authorization = once(seen.authorization, value);
      return;
    case "x-request-id":
      seen.requestId = once(seen.requestId, value);
      return;
    // Traced requests, and those with a body that nobody asked for, are the app's.
    case "traceparent":
    case "content-length":
    case "transfer-encoding":
      seen.isPlain = false;
  }
}

/** The request, if nothing is odd about it: its headers once each, a good host, no query. */
function plainRequest(req: NativeRequest): HotRequest | undefined {
  seen.host = "";
  seen.authorization = "";
  seen.requestId = "";
  seen.isPlain = true;
  req.forEach(see);
  if (!seen.isPlain || !isPlainHost(seen.host) || req.getQuery()) return undefined;
  const { authorization, requestId } = seen;
  return { parameter: req.getParameter(0) ?? "", authorization, requestId };
}
