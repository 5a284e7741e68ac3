/**
 * SMS over an HTTP gateway: URL and body are templates with {to}, {text} and {id}, each value escaped for its place. The id
 * is the same over all attempts, for gateways that know repeats by it.
 */
import { SendFault } from "./send-fault.ts";

/** Longest wait for the gateway's answer. */
const GATEWAY_MS_MAX = 10_000;

/** A part of an SMS that was taken, with the message centre's id of it. */
export type SentPart = { part: number; parts: number; reference: string };
/** Which parts were taken by earlier attempts, and how one more is noted. */
export type SentParts = { taken: ReadonlySet<number>; note: (part: SentPart) => Promise<void> };
/** An SMS; `parts` matters where the channel cuts it itself. */
export type Sms = { id: string; to: string; text: string; parts?: SentParts };
/** Sends SMS: the port that an HTTP gateway and SMPP fill. `receipts`: it is told later what became of them. */
export type SmsChannel = { receipts?: boolean; send(sms: Sms): Promise<void>; close?(): void };
/** Where the gateway is; an empty body template means GET, `key` goes as bearer token where there is one. */
export type SmsGateway = { url: string; body: string; key: string };

/** Makes the channel. */
export function smsChannel(gateway: SmsGateway): SmsChannel {
  return { send: (sms) => sendOverHttp(gateway, sms) };
}

async function sendOverHttp({ url, body, key }: SmsGateway, sms: Sms): Promise<void> {
  const sent = filled(body, sms, (text) => JSON.stringify(text).slice(1, -1));
  let status: number;
  try {
    const answer = await fetch(filled(url, sms, encodeURIComponent), {
      method: body === "" ? "GET" : "POST",
      headers: {
        ...(key !== "" && { authorization: `Bearer ${key}` }),
        ...(body !== "" && { "content-type": "application/json" }),
      },
      ...(body !== "" && { body: sent }),
      redirect: "manual",
      signal: AbortSignal.timeout(GATEWAY_MS_MAX),
    });
    status = answer.status;
    await answer.body?.cancel();
  } catch (cause) {
    throw new SendFault("the SMS gateway does not answer", { cause });
  }
  if (status >= 200 && status < 300) return;
  const final = status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status);
  throw new SendFault(`the SMS gateway answered ${status}`, { final });
}

function filled(template: string, sms: Sms, escaped: (text: string) => string): string {
  return template.replaceAll(/\{(to|text|id)\}/g, (_, name: "to" | "text" | "id") =>
    escaped(sms[name]),
  );
}
