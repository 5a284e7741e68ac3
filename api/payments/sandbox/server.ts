/**
 * A payment provider to try things with: a small HTTP server that takes no money. Amounts decide how a payment goes
 * (outcomes.ts). `PUT /payments/{id}` is idempotent by id; `GET /payments` lists what was taken.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { signatureOf } from "../signature.ts";
import { type Course, courseOf } from "./outcomes.ts";

/** Most payments that are remembered. */
const PAYMENTS_MAX = 100_000;
const BODY_BYTES_MAX = 16_384;
const NOTICE_MS = 5_000;

/** How it is started. `noticeUrl` is told of each end, signed with `secret`. */
export type SandboxOptions = {
  port: number;
  key: string;
  noticeUrl?: string | undefined;
  secret?: string | undefined;
};
/** A payment as the sandbox has it; `charges` is how often it took the money, which is once. */
export type SandboxPayment = {
  id: string;
  amount: string;
  body: string;
  state: "pending" | "succeeded" | "failed";
  reference: string;
  charges: number;
};
/** A running sandbox. */
export type Sandbox = {
  url: string;
  payments: ReadonlyMap<string, SandboxPayment>;
  close(): Promise<void>;
};

/** Starts it on loopback. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const desk = new Desk(options);
  const server = createServer((request, response) => {
    desk.take(request, response).catch(() => response.destroy());
  });
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    payments: desk.payments,
    close: async () => {
      desk.close();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

class Desk {
  readonly payments = new Map<string, SandboxPayment>();
  readonly #options: SandboxOptions;
  readonly #tries = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: SandboxOptions) {
    this.#options = options;
  }

  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.authorization !== `Bearer ${this.#options.key}`) {
      answer(response, 401, { error: "a valid key is needed" });
      return;
    }
    const id = /^\/payments\/([\w-]{1,64})$/.exec(request.url ?? "")?.[1];
    if (request.method === "GET" && request.url === "/payments") {
      answer(response, 200, { items: [...this.payments.values()] });
    } else if (request.method === "PUT" && id !== undefined) {
      await this.#put(id, await bodyOf(request), response);
    } else answer(response, 404, { error: "PUT /payments/{id} or GET /payments" });
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #put(id: string, body: string, response: ServerResponse): Promise<void> {
    const amount = amountIn(body);
    const known = this.payments.get(id);
    if (amount === undefined || (known !== undefined && known.body !== body)) {
      answer(response, 409, { error: "the id has another body, or the body no amount" });
      return;
    }
    const course = courseOf(amount);
    const tries = (this.#tries.get(id) ?? 0) + 1;
    this.#tries.set(id, tries);
    if (tries <= course.refusals || this.payments.size >= PAYMENTS_MAX) {
      answer(response, 503, { error: "not now" });
      return;
    }
    const payment = known ?? this.#begin({ id, amount, body }, course);
    if (tries <= course.lostAnswers) {
      response.destroy();
      return;
    }
    if (course.answerMs > 0 && tries === 1) await this.#wait(course.answerMs);
    answer(response, 200, told(payment));
  }

  #begin(asked: Pick<SandboxPayment, "id" | "amount" | "body">, course: Course): SandboxPayment {
    const reference = `SBX-${randomUUID().slice(0, 13)}`;
    const payment: SandboxPayment = { ...asked, state: "pending", reference, charges: 0 };
    this.payments.set(asked.id, payment);
    const { end } = course;
    if (end === "never") return payment;
    if (course.afterMs === 0) this.#end(payment, course);
    else void this.#wait(course.afterMs).then(() => this.#end(payment, course));
    return payment;
  }

  #end(payment: SandboxPayment, { end, notices }: Course): void {
    if (end === "never" || payment.state !== "pending") return;
    payment.state = end;
    if (end === "succeeded") payment.charges += 1;
    for (let i = 0; i < notices; i++) void this.#notify(payment).catch(() => undefined);
  }

  async #notify({ id }: SandboxPayment): Promise<void> {
    const { noticeUrl, secret } = this.#options;
    if (noticeUrl === undefined || secret === undefined) return;
    const notice = {
      id: `msg_${randomUUID()}`,
      atS: Math.floor(Date.now() / 1_000),
      body: JSON.stringify({ payment_id: id }),
    };
    await fetch(noticeUrl, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "webhook-id": notice.id,
        "webhook-timestamp": String(notice.atS),
        "webhook-signature": signatureOf(notice, secret),
      },
      body: notice.body,
      signal: AbortSignal.timeout(NOTICE_MS),
    });
  }

  #wait(ms: number): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        done();
      }, ms);
      this.#timers.add(timer);
    });
  }
}

function told({ state, reference }: SandboxPayment): unknown {
  if (state === "failed") return { state, reason: "the card was declined" };
  return state === "pending" ? { state } : { state, reference };
}

function amountIn(body: string): string | undefined {
  try {
    const { amount } = JSON.parse(body) as { amount?: unknown };
    return typeof amount === "string" && /^\d{1,12}\.\d{2,6}$/.test(amount) ? amount : undefined;
  } catch {
    return undefined;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error("the body is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
