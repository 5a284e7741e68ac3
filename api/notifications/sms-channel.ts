/**
 * SMS over an HTTP gateway: URL and body are templates with {to}, {text} and {id}, each value escaped for its place. The id
 * is the same over all attempts, for gateways that know repeats by it.
 */
import { SendFault } from "./send-fault.ts";

/** Longest wait for the gateway's answer. */
const GATEWAY_MS_MAX = 10_000;

/** An SMS. */
export type Sms = { id: string; to: string; text: string };
/** Sends SMS: the port that an HTTP gateway fills, and SMPP could. */
export type SmsChannel = { send(sms: Sms): Promise<void> };
/** Where the gateway is; an empty body template means GET, `key` goes as bearer token where there is one. */
export type SmsGateway = { url: string; body: string; key: string };

/** Makes the channel. An smpp:// address gives one that says that SMPP is not built. */
export function smsChannel(gateway: SmsGateway): SmsChannel {
  if (gateway.url.startsWith("smpp:")) return { send: refuseSmpp };
  return { send: (sms) => sendOverHttp(gateway, sms) };
}

async function refuseSmpp(): Promise<void> {
  throw new SendFault(
    "SMPP is not built: set DRAWDOWN_SMS_GATEWAY_URL to the https:// address of an HTTP gateway",
    { final: true },
  );
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
  return template.replaceAll(/\{(to|text|id)\}/g, (_, name: keyof Sms) => escaped(sms[name]));
}
