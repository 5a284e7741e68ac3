/**
 * Vending clients: each sells credit with an id of its own and asks again until it is answered, whatever happens in
 * between; now and then it repeats a vend that was answered, which must give the same bytes.
 */
import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../prove/random.ts";
import type { Ledger } from "./ledger.ts";
import type { LoadAccount } from "./register.ts";

/** Where vends go, and how many clients at what pace. */
export type VendingOptions = {
  url(): string;
  key: string;
  clients: number;
  /** Mean wait of a client between two vends. */
  thinkMs: number;
  random: Random;
};

const ANSWER_MS = 5_000;
const RETRY_MS = 150;
const REPEAT_SHARE = 0.05;
const CENT = 10_000n;
/** Most faults that are kept for the report. */
const FAULTS_MAX = 20;

type Answer = { status: number; text: string; replayed: boolean };

/** The clients of one run. */
export class Vending {
  /** What answers there were that there must not be. */
  readonly faults: string[] = [];
  /** Vends that are asked for and not answered yet. */
  underWay = 0;
  readonly #ledger: Ledger;
  readonly #options: VendingOptions;
  readonly #ending = new AbortController();
  readonly #clients: Promise<void>[];
  #paused = false;
  #sold = 0;

  constructor(ledger: Ledger, options: VendingOptions) {
    this.#ledger = ledger;
    this.#options = options;
    // Each client and its wait listen to the end.
    setMaxListeners(4 * options.clients, this.#ending.signal);
    this.#clients = Array.from({ length: options.clients }, (_, i) => this.#sellOn(i));
  }

  /** Starts no more vends, or starts them again. */
  setPaused(paused: boolean): void {
    this.#paused = paused;
  }

  /** Ends all clients; vends under way are given up. */
  async close(): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.#clients);
  }

  async #sellOn(client: number): Promise<void> {
    const { random, thinkMs } = this.#options;
    while (!this.#ending.signal.aborted) {
      await this.#wait(random.next() * 2 * thinkMs);
      if (this.#paused || this.#ending.signal.aborted) continue;
      this.underWay++;
      try {
        await this.#sell(`pos${client}-${String(this.#sold++).padStart(8, "0")}`);
      } finally {
        this.underWay--;
      }
    }
  }

  async #sell(vendId: string): Promise<void> {
    const { random } = this.#options;
    const account: LoadAccount = random.pick(this.#ledger.accounts);
    const cents = BigInt(random.int(50, 1_500));
    const amount = `${cents / 100n}.${String(cents % 100n).padStart(2, "0")}`;
    const body = JSON.stringify({
      account_id: account.accountId,
      amount,
      currency: "EUR",
      tender: { type: "cash" },
      terminal_id: vendId.split("-")[0],
    });
    const answer = await this.#untilAnswered(vendId, body);
    if (answer === undefined) return;
    const { accountId } = account;
    const vend = { vendId, accountId, micros: cents * CENT, receipt: answer.text };
    this.#ledger.vendAnswered(vend);
    if (random.chance(REPEAT_SHARE)) await this.#repeat(vendId, body, answer.text);
  }

  async #repeat(vendId: string, body: string, receipt: string): Promise<void> {
    const again = await this.#untilAnswered(vendId, body);
    if (again === undefined) return;
    if (again.status !== 200 || !again.replayed || again.text !== receipt)
      this.#fault(`vend ${vendId} repeated: ${again.status}, not the first answer's bytes`);
  }

  async #untilAnswered(vendId: string, body: string): Promise<Answer | undefined> {
    while (!this.#ending.signal.aborted) {
      const answer = await this.#ask(vendId, body);
      if (answer?.status === 201 || answer?.status === 200) return answer;
      if (answer !== undefined && isFinal(answer.status)) {
        this.#fault(`vend ${vendId}: ${answer.status} ${answer.text.slice(0, 300)}`);
        return undefined;
      }
      await this.#wait(RETRY_MS * (0.5 + Math.random()));
    }
    return undefined;
  }

  async #ask(vendId: string, body: string): Promise<Answer | undefined> {
    const { url, key } = this.#options;
    try {
      const response = await fetch(`${url()}/v1/vends/${vendId}`, {
        method: "PUT",
        body,
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const text = await response.text();
      const replayed = response.headers.get("idempotent-replayed") === "true";
      return { status: response.status, text, replayed };
    } catch {
      return undefined;
    }
  }

  #fault(line: string): void {
    if (this.faults.length < FAULTS_MAX) this.faults.push(line);
  }

  async #wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#ending.signal }).catch(() => undefined);
  }
}

/** Answers that no repeat changes. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 409 && status !== 429;
}
