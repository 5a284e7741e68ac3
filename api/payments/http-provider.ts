/**
 * A payment provider over HTTP, as the sandbox speaks it: `PUT /payments/{id}` asks for a payment, or tells where it stands.
 */
import { z } from "zod";
import { formatDecimal, MONEY_SCALE } from "../../engine/contract/decimal.ts";
import { type PaymentProvider, type PaymentResult, ProviderUnavailable } from "./provider.ts";
import { isSigned } from "./signature.ts";

/** Longest wait for an answer. */
export const PROVIDER_MS_MAX = 5_000;
/** Longest answer that is read, in characters. */
const ANSWER_MAX = 65_536;

const answerIn = z.discriminatedUnion("state", [
  z.object({ state: z.literal("pending") }),
  z.object({ state: z.literal("succeeded"), reference: z.string().min(1).max(64) }),
  z.object({ state: z.literal("failed"), reason: z.string().max(200) }),
]);
const noticeIn = z.object({ payment_id: z.uuid() });

/** Where the provider is, the key that it knows us by, and the secret that it signs notices with ("": none are believed). */
export type HttpProvider = { url: string; key: string; secret: string; waitMs?: number };

/** Makes the provider. */
export function httpProvider({ url, key, secret, waitMs }: HttpProvider): PaymentProvider {
  const base = url.replace(/\/+$/, "");
  return {
    createPayment: async ({ id, amountMicros, currency, method }) => {
      const amount = formatDecimal(amountMicros, MONEY_SCALE, 2);
      const text = await send(`${base}/payments/${id}`, {
        method: "PUT",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify({ amount, currency, method }),
        redirect: "error",
        signal: AbortSignal.timeout(waitMs ?? PROVIDER_MS_MAX),
      });
      return read(text);
    },
    noticed: (header, body) => {
      const [id, at, signatures] = [
        header("webhook-id") ?? "",
        header("webhook-timestamp") ?? "",
        header("webhook-signature") ?? "",
      ];
      if (!/^\d{1,12}$/.test(at)) return undefined;
      const nowS = Math.floor(Date.now() / 1_000);
      if (!isSigned({ id, atS: Number(at), body }, signatures, secret, nowS)) return undefined;
      const notice = noticeIn.safeParse(parsed(body));
      return notice.success ? notice.data.payment_id : undefined;
    },
  };
}

async function send(url: string, init: RequestInit): Promise<string> {
  try {
    const answer = await fetch(url, init);
    const text = (await answer.text()).slice(0, ANSWER_MAX);
    if (answer.ok) return text;
    throw new ProviderUnavailable(`the payment provider answers ${answer.status}`);
  } catch (error) {
    if (error instanceof ProviderUnavailable) throw error;
    throw new ProviderUnavailable("the payment provider does not answer", { cause: error });
  }
}

function read(text: string): PaymentResult {
  const answer = answerIn.safeParse(parsed(text));
  if (answer.success) return answer.data;
  throw new ProviderUnavailable("the payment provider's answer makes no sense");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
