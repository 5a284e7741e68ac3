/**
 * Asks our own api whether it is ready.
 */
import { get as getPlain, type IncomingMessage } from "node:http";
import { get as getSecure } from "node:https";

const ANSWER_MS = 5_000;
/** Longest answer that is kept. */
const TEXT_CHARS_MAX = 4_096;

/**
 * The answer of `/readyz`; rejects where there is none. The certificate is not judged: it names the host that clients use, the
 * process is our own child, and nothing is told to it.
 */
export function askReady(url: string): Promise<{ status: number; text: string }> {
  const address = `${url}/readyz`;
  const options = { timeout: ANSWER_MS };
  return new Promise((resolve, reject) => {
    const take = (answer: IncomingMessage): void => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => {
        if (text.length < TEXT_CHARS_MAX) text += part;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.on("error", reject);
    };
    const request = url.startsWith("https:")
      ? getSecure(address, { ...options, rejectUnauthorized: false }, take)
      : getPlain(address, options, take);
    request.on("timeout", () => request.destroy(new Error("no answer in time")));
    request.on("error", reject);
  });
}
