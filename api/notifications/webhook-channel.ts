/**
 * One call of a webhook endpoint as Standard Webhooks has it: POST, signed, never redirected, bounded in time and size.
 */
import { request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { signatureOf } from "../payments/signature.ts";
import { type Address, checkedAddress, type LookUp } from "./resolve.ts";
import { SendFault } from "./send-fault.ts";
import { hostOf, urlFault } from "./url-rule.ts";

/** Longest that a call takes, from resolving the name to the end of the answer. */
export const WEBHOOK_MS_MAX = 10_000;
/** Most of an answer that is read, in bytes; it is thrown away. */
const ANSWER_BYTES_MAX = 65_536;

/** A call: `secrets` are those that it is signed with, the present one first. */
export type WebhookCall = { id: string; url: string; body: string; secrets: readonly string[] };
/** How calls are made. */
export type WebhookOptions = {
  privateHosts: ReadonlySet<string>;
  waitMs?: number;
  lookUp?: LookUp;
};

/** Calls the endpoint; resolves on a 2xx answer, throws a SendFault otherwise. */
export async function callWebhook(
  { id, url: text, body, secrets }: WebhookCall,
  { privateHosts, waitMs = WEBHOOK_MS_MAX, lookUp }: WebhookOptions,
): Promise<void> {
  const fault = urlFault(text, privateHosts);
  if (fault !== undefined) throw new SendFault(`the URL ${fault}`, { final: true });
  const signal = AbortSignal.timeout(waitMs);
  const url = new URL(text);
  const tooLong = new SendFault(`no answer within ${waitMs} ms`, { rests: true });
  const address = await before(signal, tooLong, checkedAddress(hostOf(url), privateHosts, lookUp));
  const atS = Math.floor(Date.now() / 1_000);
  const headers = {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    "user-agent": "Drawdown-Webhooks/1",
    "webhook-id": id,
    "webhook-timestamp": String(atS),
    "webhook-signature": secrets.map((secret) => signatureOf({ id, atS, body }, secret)).join(" "),
  };
  const status = await before(signal, tooLong, post(url, address, { headers, body, signal }));
  if (status >= 200 && status < 300) return;
  if (status >= 300 && status < 400) {
    throw new SendFault(`answered ${status}: redirects are not followed`);
  }
  if (status === 410) throw new SendFault("answered 410: the endpoint is gone", { final: true });
  throw new SendFault(`answered ${status}`, { rests: status >= 500 || status === 429 });
}

type Sent = { headers: Record<string, string>; body: string; signal: AbortSignal };

function post(url: URL, { address, family }: Address, sent: Sent): Promise<number> {
  const toChecked: LookupFunction = (_host, options, done) => {
    if (options.all) done(null, [{ address, family }]);
    else done(null, address, family);
  };
  const request = url.protocol === "https:" ? overHttps : overHttp;
  return new Promise((resolve, reject) => {
    const { headers, signal } = sent;
    const fail = (cause: unknown): void => {
      const code = (cause as NodeJS.ErrnoException).code ?? "error";
      reject(new SendFault(`cannot be reached (${code})`, { rests: true, cause }));
    };
    const asked = request(
      url,
      { method: "POST", headers, signal, lookup: toChecked, agent: false },
      (answer) => {
        let read = 0;
        answer.on("data", (some: Buffer) => {
          read += some.length;
          if (read > ANSWER_BYTES_MAX) answer.destroy();
        });
        answer.on("error", fail);
        answer.on("close", () => resolve(answer.statusCode ?? 0));
      },
    );
    asked.on("error", fail);
    asked.end(sent.body);
  });
}

/** What the work gives, unless the time is over first. */
function before<Value>(signal: AbortSignal, late: SendFault, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(late);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
