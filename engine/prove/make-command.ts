/**
 * Random commands to accounts: numbers mostly in turn.
 */
import type { EngineCommand } from "../contract/commands.ts";
import { makeDebt } from "./make-debt.ts";
import {
  isBuyer,
  isPoor,
  makeGrant,
  makeMoney,
  makeReserve,
  makeReversal,
  makeTransfer,
} from "./make-money.ts";
import { STORY_POLICIES, STRANGE_INDEX } from "./make-policy.ts";
import { makeOpening } from "./make-reading.ts";
import { STORY_GATEWAYS } from "./make-shard-command.ts";
import type { Op, ToldAccount } from "./model-account.ts";
import { momentsOf } from "./moments.ts";
import type { Random } from "./random.ts";
import { boundaryAfter, type Telling } from "./scene.ts";
import { OTHER_LIST } from "./story.ts";

const DAY_S = 86_400;

/** Opens an account in a slot. */
export function openAccount(telling: Telling, slot: number, recorded: boolean): EngineCommand {
  const { random } = telling;
  return {
    op: "open_account",
    number: 1,
    slot,
    account_id: `00000000-0000-4000-8000-${slot.toString(16).padStart(12, "0")}`,
    gateway: random.pick(STORY_GATEWAYS),
    price_list: isOfOther(telling) ? OTHER_LIST : 0,
    policy: random.pick(STORY_POLICIES),
    recorded,
    ...makeMeter(random),
  };
}

/** R34: half of the accounts hold what the others do not; rarely one is opened under a list that is not there. */
function isOfOther({ random, scene, side }: Telling): boolean {
  if (!scene.isMixed) return random.chance(0.03);
  return side.hasOther ? random.chance(0.5) : random.chance(0.05);
}

/** What an account has from its beginning in many stories: debts, a pot, somebody who depends on it. */
export function makeBeginning(telling: Telling, told: ToldAccount): EngineCommand {
  const { random } = telling;
  const account = { number: told.commandNumber + 1, slot: told.slot };
  const kind = random.weigh({ debt: 60, grant: 10, critical: 10, money: 20 });
  if (kind === "debt") return { ...makeDebt(telling), ...account };
  if (kind === "grant") return { ...makeGrant(telling, told), ...account };
  if (kind === "money") return { ...makeMoney(telling, told), ...account };
  return { op: "set_critical_need", ...account, critical: true };
}

/** A command to an account, as its number would have it or not. */
export function makeCommand(telling: Telling, told: ToldAccount): EngineCommand {
  const { random } = telling;
  const last = told.commandNumber;
  const number = random.chance(0.88)
    ? last + 1
    : Math.max(1, last + random.pick([0, 0, 0, -1, 2, 3]));
  // What came last is asked again as it was; another command under its number is only told what became of that one, and not
  // of its parts.
  const made = makeNew(telling, told, number);
  const again = told.command;
  if (number !== last || again === undefined) return made;
  const hasParts = made.op === "credit" || made.op === "change_tenancy";
  return hasParts || random.chance(0.8) ? again : made;
}

function makeNew(telling: Telling, told: ToldAccount, number: number): EngineCommand {
  const { random, scene } = telling;
  const account = { number, slot: told.slot };
  const waits = told.state.quarantineRaised.length > 0;
  const favoured = FAVOURED[scene.theme] ?? {};
  // A pot whose time is over, and which nothing has judged since, must not count any more.
  const isLapsed = told.state.pots.some(({ expiresS }) => expiresS <= telling.nowS);
  const op = random.weigh({
    ...WEIGHTS,
    accept_reading: waits ? 25 : 5,
    ...(isBuyer(telling, told) && BUYING),
    ...(scene.isMixed && CONVERTING),
    ...favoured,
    ...(isLapsed && { activate_emergency_credit: 60 }),
  });
  switch (op) {
    case "money":
      return { ...makeMoney(telling, told), ...account };
    case "grant_credit":
      return { ...makeGrant(telling, told), ...account };
    case "set_debt":
      return { ...makeDebt(telling), ...account };
    case "reverse_credit":
      return { ...makeReversal(telling, told), ...account };
    case "reserve":
    case "transfer_credit": {
      // Who has nothing to give is mostly given something first.
      if (told.state.reservedMicros === 0n && isPoor(telling, told) && random.chance(0.8))
        return { ...makeMoney(telling, told), ...account };
      const make = op === "reserve" ? makeReserve : makeTransfer;
      return { ...make(telling, told), ...account };
    }
    case "open_account":
      return { ...(openAccount(telling, told.slot, false) as Op<"open_account">), number };
    case "exchange_meter":
      return { op, ...account, ...makeExchange(random, told) };
    case "change_tenancy":
      return {
        op,
        ...account,
        ...(random.chance(0.5) && { closing_atoms: closing(random, told) }),
      };
    case "accept_reading":
    case "reject_reading":
      return { ...makeDeskWord(telling, told, op), ...account };
    case "set_payment_mode":
      return { ...makeMode(telling, told), ...account };
    case "cut":
      return { op, ...account, ...(random.chance(0.5) && { override: random.chance(0.5) }) };
    case "set_critical_need":
      return { op, ...account, critical: random.chance(0.5) };
    case "assign_price_list":
      return { op, ...account, ...makeAssignment(telling) };
    case "assign_policy": {
      const policy = random.chance(0.03) ? STRANGE_INDEX : random.pick(STORY_POLICIES);
      return { op, ...account, policy };
    }
    default:
      return { op, ...account };
  }
}

const WEIGHTS = {
  money: 60,
  grant_credit: 7,
  set_debt: 12,
  reverse_credit: 7,
  reserve: 5,
  transfer_credit: 6,
  activate_emergency_credit: 7,
  cut: 7,
  restore: 9,
  exchange_meter: 6,
  change_tenancy: 2,
  accept_reading: 5,
  reject_reading: 2,
  set_payment_mode: 4,
  cancel_mode_change: 1,
  set_critical_need: 4,
  assign_policy: 3,
  assign_price_list: 4,
  open_account: 1,
} as const;

/** R34: of accounts that hold quantity. */
const BUYING = { reverse_credit: 18, assign_price_list: 10 };

/** R6: where some accounts hold money and others quantity. */
const CONVERTING = { transfer_credit: 60, reserve: 25, set_payment_mode: 2, assign_price_list: 2 };

/** What stories of a theme ask for more often. */
const FAVOURED: Readonly<Record<string, Partial<Record<keyof typeof WEIGHTS, number>>>> = {
  pots: { grant_credit: 250 },
  debts: { set_debt: 60, reverse_credit: 30 },
  transfers: { reserve: 50, transfer_credit: 50, money: 90, change_tenancy: 15 },
  modes: { set_payment_mode: 40, cancel_mode_change: 10, change_tenancy: 12 },
  desk: { accept_reading: 60, reject_reading: 15, exchange_meter: 25, change_tenancy: 12 },
  supply: { cut: 30, restore: 30, set_critical_need: 20, activate_emergency_credit: 25 },
};

/** To the list or the other one, now, a while ahead, at a boundary, or too late. */
function makeAssignment({ random, scene, nowS }: Telling) {
  const soonS = nowS + random.spread(10 * 86_400);
  const atS = random.pick([
    0,
    nowS + 1,
    soonS,
    soonS,
    boundaryAfter(scene, soonS) ?? soonS,
    nowS - 900,
  ]);
  const price_list = random.chance(0.03) ? STRANGE_INDEX : random.pick([0, OTHER_LIST, OTHER_LIST]);
  return { price_list, at_s: Math.max(0, Math.min(atS, scene.endS)) };
}

function makeMeter(random: Random) {
  const hasRate = random.chance(0.5);
  const hasModulus = random.chance(0.4);
  return {
    modulus_atoms: `${hasModulus ? random.pick([100_000, 1_000_000, 100_000_000, 99_999]) : 0}`,
    max_rate_atoms_per_hour: `${hasRate ? random.pick([500, 20_000, 5_000_000, 4_294_967_295]) : 0}`,
    step_atoms: `${random.pick([0, 1, 1, 10, 1_000])}`,
  };
}

function makeExchange(random: Random, told: ToldAccount) {
  const isFar = random.chance(0.02);
  return {
    ...makeMeter(random),
    gateway: random.pick(STORY_GATEWAYS),
    ...(random.chance(0.7) && { closing_atoms: closing(random, told) }),
    opening_atoms: `${isFar ? 9_999_999_999_999_999n : makeOpening(random, undefined)}`,
  };
}

/** What the meter shows at its end; sometimes what the last actual reading showed. */
function closing(random: Random, { state }: ToldAccount): string {
  const last = (random.chance(0.5) ? state.estimate?.r0 : undefined) ?? state.r0 ?? 0n;
  const used = random.chance(0.15) ? 0 : random.spread(3_000);
  const register = last + BigInt(used) * (random.chance(0.1) ? -1n : 1n);
  return `${register < 0n ? 0n : register}`;
}

type DeskWord =
  | Omit<Op<"accept_reading">, "number" | "slot">
  | Omit<Op<"reject_reading">, "number" | "slot">;

/** A person's word on a reading in quarantine, or on one that nobody sent. */
function makeDeskWord(
  { random, nowS }: Telling,
  { quarantined, state }: ToldAccount,
  op: "accept_reading" | "reject_reading",
): DeskWord {
  const lastS = Number(state.estimate?.t0 ?? state.t0 ?? BigInt(nowS));
  const fresh = quarantined.filter(({ atS }) => atS > lastS && atS <= nowS);
  const waiting = fresh.length > 0 && random.chance(0.8) ? fresh : quarantined;
  const known = waiting.length > 0 && random.chance(0.8) ? random.pick(waiting) : undefined;
  const r0 = state.r0 ?? 0n;
  const atS = known?.atS ?? random.pick([nowS, nowS - 60, nowS + 1, lastS, lastS + 1]);
  const near = r0 + BigInt(random.spread(3_000)) * (random.chance(0.2) ? -1n : 1n);
  const far = random.pick([9_007_199_254_740_992n, 9_007_199_254_740_991n, near, near, near]);
  const register = known?.register ?? (far < 0n ? 0n : far);
  const reading = { at_s: Math.max(0, atS), register_atoms: `${register}` };
  if (op === "reject_reading") return { op, ...reading };
  return { op, ...reading, as: random.pick(["consumption", "baseline"] as const) };
}

type Mode = Omit<Op<"set_payment_mode">, "number" | "slot">;

/** The other mode now or later; sometimes the one that is there. */
function makeMode(telling: Telling, told: ToldAccount): Mode {
  const { random, nowS } = telling;
  const other = told.state.mode === "credit" ? "prepayment" : "credit";
  const moments = momentsOf(telling, told, nowS);
  const later = moments.length > 0 && random.chance(0.3) ? random.pick(moments) : nowS + 3_600;
  const atS = random.pick([0, 0, nowS, nowS + 1, later, nowS + random.int(1, 5 * DAY_S)]);
  return {
    op: "set_payment_mode",
    mode: random.chance(0.9) ? other : told.state.mode,
    at_s: atS,
    ...(random.chance(0.7) && { share_ppm: random.pick([0, 250_000, 1_000_000]) }),
    ...(random.chance(0.5) && { weekly_cap_micros: `${random.spread(1e7)}` }),
  };
}
