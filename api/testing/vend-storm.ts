/**
 * A storm of vends over HTTP: many clients at once that abort, repeat, send twice at the same time and use ids again with
 * another body. It notes what was answered; whoever starts it judges the sums.
 */
import { Agent, request } from "node:http";

/** How hard it blows. Shares are of the vends: those whose first sending is aborted, and those that are sent more than once. */
export type StormPlan = {
  url: string;
  /** Keys that sell; clients take them in turn. */
  keys: readonly string[];
  accountIds: readonly string[];
  currency: string;
  clients: number;
  seconds: number;
  /** Vends of each client at most; as many as the time allows where it is left out. */
  turnsMax?: number;
  seed: number;
};
/** A vend that was answered for good. */
export type StormVend = {
  id: string;
  key: string;
  accountId: string;
  amountMicros: bigint;
  status: number;
  body: string;
};
/** What was seen. `faults` is empty where every answer was right. */
export type StormResult = {
  vends: StormVend[];
  sent: number;
  aborted: number;
  repeated: number;
  mismatched: number;
  unavailable: number;
  tookMs: number[];
  faults: string[];
};

const ABORTED = 0.3;
const DOUBLED = 0.15;
const REPEATED = 0.3;
const MISMATCHED = 0.15;
/** Longest that a client waits before it aborts. */
const ABORT_MS_MAX = 40;
/** Sendings of one vend at most until it has to be answered. */
const SENDINGS_MAX = 200;
const PAUSE_MS = 25;
const FAULTS_MAX = 20;

type Answer = { status: number; body: string; replayed: boolean } | undefined;
type Sending = { id: string; key: string; body: string; abortMs?: number };

/** Lets it blow. */
export async function vendStorm(plan: StormPlan): Promise<StormResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: plan.clients * 3 });
  const result: StormResult = {
    vends: [],
    sent: 0,
    aborted: 0,
    repeated: 0,
    mismatched: 0,
    unavailable: 0,
    tookMs: [],
    faults: [],
  };
  const until = performance.now() + plan.seconds * 1_000;
  const clients = Array.from({ length: plan.clients }, (_, number) => {
    const client = new Client(plan, agent, result, number);
    return client.run(until);
  });
  await Promise.all(clients);
  agent.destroy();
  return result;
}

class Client {
  readonly #plan: StormPlan;
  readonly #agent: Agent;
  readonly #result: StormResult;
  readonly #number: number;
  #random: number;

  constructor(...[plan, agent, result, number]: [StormPlan, Agent, StormResult, number]) {
    this.#plan = plan;
    this.#agent = agent;
    this.#result = result;
    this.#number = number;
    this.#random = (plan.seed * 7_919 + number * 104_729 + 1) % 2_147_483_647;
  }

  async run(until: number): Promise<void> {
    const most = this.#plan.turnsMax ?? Number.POSITIVE_INFINITY;
    for (let turn = 0; turn < most && performance.now() < until; turn++) await this.#sell(turn);
  }

  async #sell(turn: number): Promise<void> {
    const { accountIds, keys, currency, seed } = this.#plan;
    const id = `s${seed}-${this.#number}-${turn}`;
    const key = keys[this.#number % keys.length] ?? "";
    const accountId = accountIds[Math.floor(this.#next() * accountIds.length)] ?? "";
    const cents = 10n + BigInt(Math.floor(this.#next() * 991));
    const bodyOf = (amount: bigint): string =>
      JSON.stringify({
        account_id: accountId,
        amount: `${amount / 100n}.${String(amount % 100n).padStart(2, "0")}`,
        currency,
      });
    const sending = { id, key, body: bodyOf(cents) };
    if (this.#next() < ABORTED) {
      this.#result.aborted += 1;
      await this.#send({ ...sending, abortMs: this.#next() * ABORT_MS_MAX });
    }
    const begun = performance.now();
    const many = this.#next() < DOUBLED ? 3 : 1;
    const answers = await Promise.all(Array.from({ length: many }, () => this.#answered(sending)));
    this.#result.tookMs.push(performance.now() - begun);
    const [first] = answers;
    if (first === undefined) return;
    if (this.#next() < REPEATED) answers.push(await this.#answered(sending));
    this.#result.repeated += answers.length - 1;
    for (const answer of answers) {
      if (answer?.body !== first.body) this.#fault(`${id}: other bytes on a repeat`);
    }
    if (this.#next() < MISMATCHED) await this.#mismatch({ ...sending, body: bodyOf(cents + 1n) });
    const { status, body } = first;
    this.#result.vends.push({ id, key, accountId, amountMicros: cents * 10_000n, status, body });
  }

  /** The id again with another amount. */
  async #mismatch(sending: Sending): Promise<void> {
    this.#result.mismatched += 1;
    const answer = await this.#answered(sending);
    if (answer?.status === 422 && answer.body.includes('"idempotency_key_reused"')) return;
    this.#fault(`${sending.id}: another body is answered with ${answer?.status}`);
  }

  /** Sends it until it is answered for good. */
  async #answered(sending: Sending): Promise<Answer> {
    for (let i = 0; i < SENDINGS_MAX; i++) {
      const answer = await this.#send(sending);
      if (answer === undefined || answer.status === 503 || answer.status === 409) {
        this.#result.unavailable += 1;
        await new Promise((done) => setTimeout(done, PAUSE_MS));
        continue;
      }
      if (![200, 201, 422].includes(answer.status)) {
        this.#fault(`${sending.id}: ${answer.status} ${answer.body.slice(0, 200)}`);
      }
      return answer;
    }
    this.#fault(`${sending.id}: no answer after ${SENDINGS_MAX} sendings`);
    return undefined;
  }

  /** One sending; undefined where it was aborted or broke. */
  #send({ id, key, body, abortMs }: Sending): Promise<Answer> {
    this.#result.sent += 1;
    const headers = {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    };
    return new Promise((done) => {
      const sent = request(
        `${this.#plan.url}/v1/vends/${id}`,
        { method: "PUT", agent: this.#agent, headers },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("error", () => done(undefined));
          answer.on("end", () =>
            done({
              status: answer.statusCode ?? 0,
              body: Buffer.concat(chunks).toString("utf8"),
              replayed: answer.headers["idempotent-replayed"] === "true",
            }),
          );
        },
      );
      sent.on("error", () => done(undefined));
      if (abortMs !== undefined) {
        setTimeout(() => {
          sent.destroy();
          done(undefined);
        }, abortMs);
      }
      sent.end(body);
    });
  }

  #fault(text: string): void {
    if (this.#result.faults.length < FAULTS_MAX) this.#result.faults.push(text);
  }

  #next(): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random / 2_147_483_647;
  }
}
