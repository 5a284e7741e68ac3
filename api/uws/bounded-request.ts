/**
 * The bound on bodies for servers whose requests do not come with one. A body that is too long fails its readers at
 * once, but is let flow past up to twice the bound before the refusal: a client that is cut off while it sends would
 * never read why.
 */
import { problemResponse } from "./problem.ts";

/** Answers a request, or 413 in place of that answer when its body turns out longer than `bytesMax`. */
export async function boundedRequest(
  request: Request,
  bytesMax: number,
  answer: (request: Request) => Response | Promise<Response>,
): Promise<Response> {
  if (request.method === "GET" || request.method === "HEAD") return answer(request);
  if (Number(request.headers.get("content-length")) > 2 * bytesMax) return problemResponse(413);
  if (request.body === null) return answer(request);
  const bounded = boundedBody(request.body.getReader(), bytesMax);
  const { url, method, headers, signal } = request;
  const passed = new Request(url, { method, headers, signal, body: bounded.body, duplex: "half" });
  try {
    const response = await answer(passed);
    if (bounded.past === undefined) return response;
  } catch (error) {
    if (bounded.past === undefined) throw error;
  }
  await bounded.past;
  return problemResponse(413);
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;
/** A body, and once it was too long, the promise that the rest has flowed past. */
type Bounded = { body: ReadableStream<Uint8Array>; past?: Promise<void> };

function boundedBody(reader: Reader, bytesMax: number): Bounded {
  let bytes = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const read = await reader.read();
        if (read.done) return controller.close();
        bytes += read.value.byteLength;
        if (bytes <= bytesMax) return controller.enqueue(read.value);
        bounded.past = flowPast(reader, 2 * bytesMax - bytes);
        controller.error(new Error(`the body is longer than ${bytesMax} bytes`));
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  const bounded: Bounded = { body };
  return bounded;
}

async function flowPast(reader: Reader, bytesMax: number): Promise<void> {
  for (let left = bytesMax; left > 0; ) {
    const read = await reader.read().catch(() => undefined);
    if (read === undefined || read.done) return;
    left -= read.value.byteLength;
  }
}
