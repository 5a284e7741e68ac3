/**
 * One HTTP request over kept connections.
 */
import { type RequestOptions, request } from "node:http";

/**
 * Sends it and gives the answer's status when all of it has come. A kept connection that the server ends in the moment in which
 * it is used again is no failure: the request is sent once more, over one of its own, as clients of HTTP do. Only for requests
 * that may be repeated.
 */
export async function exchange(url: string, options: RequestOptions, body = ""): Promise<number> {
  try {
    return await once(url, options, body);
  } catch (error) {
    if (!(error instanceof EndedConnection)) throw error;
    return await once(url, { ...options, agent: false }, body);
  }
}

class EndedConnection extends Error {}

function once(url: string, options: RequestOptions, body: string): Promise<number> {
  return new Promise((done, failed) => {
    const sent = request(url, options, (answer) => {
      answer.resume();
      answer.on("end", () => done(answer.statusCode ?? 0));
      answer.on("error", failed);
    });
    sent.on("error", (cause: NodeJS.ErrnoException) => {
      const isEnded = sent.reusedSocket && cause.code === "ECONNRESET";
      failed(isEnded ? new EndedConnection("the connection was ended", { cause }) : cause);
    });
    sent.end(body);
  });
}
