/**
 * For tests of the api: something on NATS that keeps the contract of commands (numbers in order, the last answer kept,
 * gaps and stale numbers told) and a balance for each account. It can be told to fall silent, lose answers or forget.
 */
import type { Msg, NatsConnection } from "@nats-io/transport-node";
import {
  type EngineCommand,
  type EngineCommandReply,
  engineCommandMessage,
} from "../../engine/contract/commands.ts";
import {
  type AccountState,
  type EngineQueryReply,
  engineQueryMessage,
} from "../../engine/contract/queries.ts";
import { putState } from "../../engine/contract/state-record.ts";
import {
  questionIn,
  STATES_MARK,
  StatesAnswer,
  shardIn,
  slotIn,
  TOLD,
} from "../../engine/contract/states-question.ts";

type Row = { number: number; reply: EngineCommandReply | undefined };
type Open = {
  accountId: string;
  balance: bigint;
  maxBalance: bigint;
  supply: "connected" | "disconnected";
};

/** What a test can see and do. */
export type TestEngine = {
  /** Every command that was applied, in order. */
  applied: EngineCommand[];
  /** How many commands arrived, repeats too. */
  received(): number;
  /** Answers nothing while true. */
  silence(silent: boolean): void;
  /** Carries out, but loses this share of the answers (0 to 1). */
  loseAnswers(share: number): void;
  /** Loses everything, as an engine with an empty data folder. */
  forget(): void;
  balance(accountId: string): bigint | undefined;
  stop(): void | Promise<void>;
};

/** Starts answering for all shards. */
export function startTestEngine(nats: NatsConnection): TestEngine {
  let rows = new Map<string, Row>();
  let open = new Map<string, Open>();
  let directory = new Map<string, bigint>();
  const applied: EngineCommand[] = [];
  let silent = false;
  let lost = 0;
  let received = 0;
  let seed = 1;
  const random = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };

  const carryOut = (shard: number, command: EngineCommand): EngineCommandReply => {
    const { number } = command;
    const refused = (
      code:
        | "account_open"
        | "price_list_unknown"
        | "policy_unknown"
        | "gateway_unknown"
        | "account_unknown"
        | "balance_limit_exceeded",
    ): EngineCommandReply => ({
      status: "refused",
      number,
      code,
      balance_micros: String(account?.balance ?? 0n),
    });
    const done = (): EngineCommandReply => {
      applied.push(command);
      const balance = "slot" in command ? open.get(`${shard}/${command.slot}`)?.balance : 0n;
      return {
        status: "applied",
        number,
        balance_micros: String(balance ?? 0n),
        at_s: 1_800_000_000,
        position: applied.length,
      };
    };
    if (!("slot" in command)) {
      if (command.op === "set_price_list") directory.set(`${shard}/list/${command.index}`, 0n);
      if (command.op === "set_policy")
        directory.set(`${shard}/policy/${command.index}`, BigInt(command.max_balance_micros));
      if (command.op === "set_gateway") directory.set(`${shard}/gateway/${command.gateway}`, 0n);
      return done();
    }
    const key = `${shard}/${command.slot}`;
    const account = open.get(key);
    if (command.op === "open_account") {
      if (account !== undefined) return refused("account_open");
      if (!directory.has(`${shard}/list/${command.price_list}`))
        return refused("price_list_unknown");
      const maxBalance = directory.get(`${shard}/policy/${command.policy}`);
      if (maxBalance === undefined) return refused("policy_unknown");
      if (!directory.has(`${shard}/gateway/${command.gateway}`)) return refused("gateway_unknown");
      open.set(key, {
        accountId: command.account_id,
        balance: 0n,
        maxBalance,
        supply: "connected",
      });
      return done();
    }
    if (account === undefined) return refused("account_unknown");
    if (command.op === "credit") {
      const balance = account.balance + BigInt(command.amount_micros);
      if (balance > account.maxBalance) return refused("balance_limit_exceeded");
      account.balance = balance;
    }
    return done();
  };

  const reply = (shard: number, command: EngineCommand): EngineCommandReply => {
    const key = "slot" in command ? `${shard}/${command.slot}` : `${shard}/-`;
    const row = rows.get(key) ?? { number: 0, reply: undefined };
    if (command.number === row.number && row.reply !== undefined) return row.reply;
    if (command.number <= row.number) return { status: "stale", expected: row.number + 1 };
    if (command.number > row.number + 1) return { status: "gap", expected: row.number + 1 };
    const answer = carryOut(shard, command);
    rows.set(key, { number: command.number, reply: answer });
    return answer;
  };

  const onCommand = (message: Msg): void => {
    if (silent) return;
    received++;
    const parsed = engineCommandMessage.safeParse(message.json());
    const answer: EngineCommandReply = parsed.success
      ? reply(shardOf(message), parsed.data)
      : { status: "invalid", faults: [{ pointer: "", message: parsed.error.message }] };
    if (random() >= lost) message.respond(JSON.stringify(answer));
  };

  const states = new StatesAnswer(1n);
  const onStates = (message: Msg): void => {
    states.begin(1_800_000_000);
    for (const account of questionIn(message.data)?.accounts ?? []) {
      const key = `${shardIn(account)}/${slotIn(account)}`;
      const state = stateOf(slotIn(account), open.get(key), rows.get(key));
      if (state === null) states.tell(TOLD.none);
      else states.tellState((view, at) => putState(view, at, state));
    }
    message.respond(states.bytes());
  };

  const onQuery = (message: Msg): void => {
    if (silent) return;
    if (message.data[0] === STATES_MARK) {
      onStates(message);
      return;
    }
    const { slots } = engineQueryMessage.parse(message.json());
    const shard = shardOf(message);
    const answer: EngineQueryReply = {
      status: "ok",
      as_of_s: 1_800_000_000,
      position: applied.length,
      accounts: slots.map((slot) =>
        stateOf(slot, open.get(`${shard}/${slot}`), rows.get(`${shard}/${slot}`)),
      ),
    };
    message.respond(JSON.stringify(answer));
  };

  const subscriptions = [
    nats.subscribe("engine.*.command", { callback: (_, message) => onCommand(message) }),
    nats.subscribe("engine.*.query", { callback: (_, message) => onQuery(message) }),
  ];
  return {
    applied,
    received: () => received,
    silence: (value) => {
      silent = value;
    },
    loseAnswers: (share) => {
      lost = share;
    },
    forget: () => {
      rows = new Map();
      open = new Map();
      directory = new Map();
      applied.length = 0;
    },
    balance: (accountId) =>
      [...open.values()].find((each) => each.accountId === accountId)?.balance,
    stop: () => {
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}

function shardOf(message: Msg): number {
  return Number(message.subject.split(".")[1]);
}

function stateOf(slot: number, open: Open | undefined, row: Row | undefined): AccountState | null {
  if (open === undefined) return null;
  return {
    slot,
    account_id: open.accountId,
    holds: "money",
    balance_micros: String(open.balance),
    available_credit_micros: String(open.balance),
    credit_status: open.balance > 0n ? "ok" : "exhausted",
    low_credit_level: 0,
    supply_state: open.supply,
    supply_wanted: "connected",
    supply_limit_atoms_per_hour: 0,
    supply_number: 0,
    command_number: row?.number ?? 0,
    last_reading: { at_s: 1_800_000_000, register_atoms: "12345" },
    quarantined: false,
    stale: false,
    estimated: false,
    payment_mode: "prepayment",
    mode_change: null,
    emergency_credit: { status: "disabled", limit_micros: "0", used_micros: "0" },
    debts: { time_debt_1: "0", time_debt_2: "0", payment_debt: "0", accumulated_debt: "0" },
    restricted_credit: [],
    reserved_micros: "0",
    critical_need: false,
    notice_s: null,
    days_left: null,
    price_list: 0,
    policy: 0,
  };
}
