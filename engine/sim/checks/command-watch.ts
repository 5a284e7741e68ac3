/**
 * Watches commands: each number stands for one command, what was answered is durable, and each credit was wanted once.
 */
import {
  KIND_CANCEL_VERSION,
  KIND_CREDIT,
  KIND_SET_CALENDAR,
  KIND_SET_GATEWAY,
  KIND_SET_POLICY,
  KIND_SET_PRICE_LIST,
} from "../../../kernel-as/assembly/layout.ts";
import { type EngineCommand, engineCommandMessage } from "../../contract/commands.ts";
import type { BatchInput } from "./inputs.ts";
import type { Violations } from "./violations.ts";

type CommandInput = Extract<BatchInput, { kind: "command" }>;

const OF_SHARD = new Set([
  KIND_SET_PRICE_LIST,
  KIND_SET_POLICY,
  KIND_SET_GATEWAY,
  KIND_SET_CALENDAR,
  KIND_CANCEL_VERSION,
]);

/** What came over the wire and what became of it. */
export class CommandWatch {
  readonly #violations: Violations;
  readonly #sent = new Map<string, { text: string; command: EngineCommand }>();
  /** Numbers that are durable, and whether the command was carried out. */
  readonly #durable = new Map<string, boolean>();
  /** Credits that were carried out, by account. */
  readonly #credits = new Map<string, bigint[]>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  /** A command arrives at the engine. */
  sent(shard: number, text: string): void {
    const parsed = engineCommandMessage.safeParse(JSON.parse(text));
    if (!parsed.success) return;
    const command = parsed.data;
    const key = keyOf(shard, "slot" in command ? command.slot : undefined, command.number);
    const known = this.#sent.get(key);
    if (known === undefined) this.#sent.set(key, { text, command });
    else if (known.text !== text)
      this.#violations.add(
        "a number stands for one command",
        `${key}: ${known.text}, then ${text}`,
      );
  }

  /** The engine answers a command. */
  answered(shard: number, text: string, answer: string): void {
    const command = engineCommandMessage.safeParse(JSON.parse(text));
    const reply = JSON.parse(answer) as { status?: string };
    if (!command.success || (reply.status !== "applied" && reply.status !== "refused")) return;
    const { data } = command;
    const key = keyOf(shard, "slot" in data ? data.slot : undefined, data.number);
    const isApplied = this.#durable.get(key);
    if (isApplied === undefined)
      this.#violations.add("an answer is durable", `${key} was answered ${answer} before that`);
    else if (isApplied !== (reply.status === "applied"))
      this.#violations.add("an answer is true", `${key} was answered ${answer}`);
  }

  /** A command is durable; true when it is for the first time. */
  durable(shard: number, input: CommandInput, isApplied: boolean): boolean {
    const key = keyOf(shard, OF_SHARD.has(input.op) ? undefined : input.slot, input.number);
    if (this.#durable.has(key)) return false;
    const sent = this.#sent.get(key);
    this.#durable.set(key, isApplied);
    if (input.op !== KIND_CREDIT || !isApplied || sent?.command.op !== "credit") return true;
    const account = `${shard}/${input.slot}`;
    const credits = this.#credits.get(account) ?? [];
    credits.push(BigInt(sent.command.amount_micros));
    this.#credits.set(account, credits);
    return true;
  }

  /** The command that came over the wire with this place and number. */
  commandOf(shard: number, input: CommandInput): EngineCommand | undefined {
    const slot = OF_SHARD.has(input.op) ? undefined : input.slot;
    return this.#sent.get(keyOf(shard, slot, input.number))?.command;
  }

  /** Whether a command is durable. */
  isDurable(shard: number, slot: number | undefined, number: number): boolean {
    return this.#durable.has(keyOf(shard, slot, number));
  }

  /** The credits of an account must be just those that were sold. */
  compareCredits(account: { shard: number; slot: number }, sold: readonly bigint[]): void {
    const given = this.#credits.get(`${account.shard}/${account.slot}`) ?? [];
    const [one, other] = [sumOf(given), sumOf(sold)];
    if (one === other && given.length === sold.length) return;
    this.#violations.add(
      "each vend credits once",
      `account ${account.shard}/${account.slot} got ${given.length} credits of ${one}, sold were ${sold.length} of ${other}`,
    );
  }
}

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, each) => sum + each, 0n);
}

function keyOf(shard: number, slot: number | undefined, number: number): string {
  return `${shard}/${slot ?? "-"}/${number}`;
}
