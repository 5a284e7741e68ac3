/**
 * Tills: sell, retry until there is an answer, and remember what they were told. Independent of everything behind the api.
 */
import { EngineFault, EngineUnavailable } from "../../../api/engine/engine-error.ts";
import { Problem } from "../../../api/problems.ts";
import type { VendAnswer } from "../../../api/vending/vend.ts";
import type { ApiMachine } from "./api-machine.ts";
import { Life } from "./life.ts";
import { KEY_ID, OPERATOR_ID, PLANNED, type PlannedAccount } from "./plan.ts";
import type { WorldParts } from "./world-parts.ts";

const ANSWER_MS = 8_000;
const RETRY_MS: readonly [number, number] = [300, 3_000];
const LINK = "till";

/** A sale, and its answer once there is one. */
type Sale = {
  id: string;
  account: PlannedAccount;
  amount: bigint;
  answer: { status: number; text: string } | undefined;
};
type Outcome = { status: number; text: string } | "again" | { fault: string };

/** All tills of a world. */
export class Till {
  readonly #parts: WorldParts;
  readonly #api: ApiMachine;
  readonly #life: Life;
  readonly #sales: Sale[] = [];

  constructor(parts: WorldParts, api: ApiMachine) {
    this.#parts = parts;
    this.#api = api;
    this.#life = new Life(LINK, parts.scheduler, { offsetMs: 0 });
  }

  /** Sales that wait for their answer. */
  get open(): number {
    return this.#sales.filter(({ answer }) => answer === undefined).length;
  }

  /** Sales that were answered with a receipt. */
  get sold(): number {
    return this.#sales.filter(({ answer }) => answer?.status === 201).length;
  }

  /** Sells, until it is answered. Sometimes asks twice at once. */
  sell(): void {
    const { random } = this.#parts;
    const account = random.pick(PLANNED);
    const amount = BigInt(random.int(100_000, random.chance(0.1) ? 40_000_000 : 4_000_000));
    const sale: Sale = { id: `sale-${this.#sales.length}`, account, amount, answer: undefined };
    this.#sales.push(sale);
    this.#ask(sale);
    if (random.chance(0.15)) this.#ask(sale);
  }

  /** Asks once more for what was answered: it must be the same. */
  repeat(): void {
    const answered = this.#sales.filter(({ answer }) => answer !== undefined);
    if (answered.length > 0) this.#ask(this.#parts.random.pick(answered));
  }

  /** At the end: every account was credited for its receipts, and for nothing else. */
  conclude(): void {
    for (const account of PLANNED) {
      const sold = this.#sales.filter(
        (sale) => sale.account === account && sale.answer?.status === 201,
      );
      const amounts = sold.map(({ amount }) => amount);
      this.#parts.checkers.commands.compareCredits(account, amounts);
    }
  }

  #ask(sale: Sale): void {
    const { network, random, scheduler, violations } = this.#parts;
    let isOver = false;
    const end = (outcome: Outcome): void => {
      if (isOver) return;
      isOver = true;
      cancel();
      if (outcome === "again") {
        scheduler.after(random.int(...RETRY_MS) * 1_000, this.#life, () => this.#ask(sale));
      } else if ("fault" in outcome)
        violations.add("vends are answered", `${sale.id}: ${outcome.fault}`);
      else this.#answered(sale, outcome);
    };
    const cancel = this.#life.time.after(ANSWER_MS, () => end("again"));
    const { running } = this.#api;
    if (running === undefined) return;
    network.carry(LINK, "up", running.life, () => {
      void this.#put(sale).then((outcome) =>
        network.carry(LINK, "down", this.#life, () => end(outcome)),
      );
    });
  }

  async #put(sale: Sale): Promise<Outcome> {
    const { running } = this.#api;
    if (running === undefined) return "again";
    try {
      const answer = await running.vending.put({
        vendId: sale.id,
        body: {
          account_id: sale.account.id,
          amount: sale.amount,
          currency: "EUR",
          tender: { type: "cash" },
          terminal_id: "till-1",
        },
        operatorId: OPERATOR_ID,
        keyId: KEY_ID,
        vendorId: null,
        mayIssueFree: false,
        traceId: sale.id,
        receivedAt: new Date(running.life.time.nowMs()),
      });
      return outcomeOf(answer);
    } catch (error) {
      return outcomeOfError(error);
    }
  }

  #answered(sale: Sale, answer: { status: number; text: string }): void {
    this.#parts.scheduler.note(`${sale.id} ${answer.status}`);
    if (sale.answer === undefined) sale.answer = answer;
    else if (sale.answer.status !== answer.status || sale.answer.text !== answer.text)
      this.#parts.violations.add(
        "a repeat gets the same bytes",
        `${sale.id}: ${sale.answer.text}, then ${answer.text}`,
      );
  }
}

function outcomeOf({ status, bytes }: VendAnswer): Outcome {
  return { status, text: Buffer.from(bytes).toString("utf8") };
}

/** A till tries again whatever a server may be too busy for; the rest is wrong here. */
function outcomeOfError(error: unknown): Outcome {
  if (error instanceof EngineUnavailable) return "again";
  if (error instanceof EngineFault) return { fault: error.message };
  if (error instanceof Problem && error.code === "vend_in_progress") return "again";
  return {
    fault: error instanceof Error ? `${error.message} ${String(error.cause ?? "")}` : String(error),
  };
}
