/**
 * One request and its answer over the native module: the request is given to the app, and what the app answers, or a
 * refusal in its place, goes out once.
 */
import { addressOf } from "./address.ts";
import { IncomingBody } from "./body.ts";
import type { NativeRequest, NativeResponse } from "./native.ts";
import { type ProblemStatus, problemResponse } from "./problem.ts";
import { tellAddress } from "./remote-address.ts";
import { LazyRequest } from "./request.ts";
import { type Outgoing, outgoingOn, sendResponse } from "./response.ts";
import type { FetchApp } from "./types.ts";

/** What all exchanges of a server share. */
export type Serving = {
  app: FetchApp;
  bodyBytesMax: number;
  onError: (error: unknown) => void;
};

/** Answers one request; the promise settles, never rejects, when the answer is handed over or the client is gone. */
export async function answer(
  res: NativeResponse,
  req: NativeRequest,
  serving: Serving,
): Promise<void> {
  const method = req.getCaseSensitiveMethod();
  const outgoing = outgoingOn(res, method);
  const incoming: Incoming = { body: undefined, request: undefined };
  res.onAborted(() => abort(outgoing, incoming));
  const url = addressOf(req.getHeader("host"), req.getUrl(), req.getQuery());
  if (url === undefined) return refuse(outgoing, 400);
  if (hasBody(method, req)) {
    const length = req.getHeader("content-length");
    if (Number(length) > 2 * serving.bodyBytesMax) return refuse(outgoing, 413);
    incoming.body = takeBody(outgoing, serving.bodyBytesMax, length !== "");
  }
  const request = new LazyRequest(req, method, url, incoming.body);
  incoming.request = request;
  tellAddress(request, () => peerOf(outgoing));
  try {
    const given = serving.app.fetch(request as unknown as Request);
    if (given instanceof Promise) request.detach();
    const response = given instanceof Promise ? await given : given;
    if (outgoing.begun || incoming.body?.isTooLong) return;
    await sendResponse(outgoing, response);
  } catch (error) {
    if (outgoing.gone || incoming.body?.isTooLong) return;
    serving.onError(error);
    fail(outgoing);
  }
}

/** The other end's address; the native object tells it until the answer is out. */
function peerOf({ native, gone, ended }: Outgoing): string {
  return gone || ended ? "" : Buffer.from(native.getRemoteAddressAsText()).toString("latin1");
}

type Incoming = { body: IncomingBody | undefined; request: LazyRequest | undefined };

function hasBody(method: string, req: NativeRequest): boolean {
  if (method === "GET" || method === "HEAD") return false;
  return req.getHeader("content-length") !== "" || req.getHeader("transfer-encoding") !== "";
}

function takeBody(outgoing: Outgoing, bytesMax: number, isDeclared: boolean): IncomingBody {
  const body = new IncomingBody(outgoing.native, bytesMax, (isEndless) => {
    outgoing.hangUp ||= isEndless;
    refuse(outgoing, 413, isEndless);
  });
  outgoing.onEnd = () => {
    // What the app left unread flows past where its end is known; where it is not, the connection ends instead.
    if (!body.ended && !isDeclared) outgoing.hangUp = true;
    body.drop();
  };
  return body;
}

function abort(outgoing: Outgoing, { body, request }: Incoming): void {
  outgoing.gone = true;
  body?.fail(new Error("the client went away"));
  request?.aborted();
  outgoing.onGone?.();
}

/** Answers with a problem and, where more is to come that nobody wants, hangs up. */
function refuse(outgoing: Outgoing, status: ProblemStatus, hangUp = true): void {
  if (outgoing.gone || outgoing.begun) return;
  outgoing.hangUp = hangUp;
  void sendResponse(outgoing, problemResponse(status));
}

/** The app failed: a problem if nothing was sent, else the end of the connection, so that half an answer is seen as such. */
function fail(outgoing: Outgoing): void {
  if (outgoing.gone || outgoing.ended) return;
  if (outgoing.begun) outgoing.native.close();
  else void sendResponse(outgoing, problemResponse(500));
}
