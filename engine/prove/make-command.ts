/**
 * Random commands: numbers mostly in turn, amounts that often bring the balance just to where something is judged.
 */
import type { EngineCommand } from "../contract/commands.ts";
import { makeOpening } from "./make-reading.ts";
import type { Op, ToldAccount } from "./model-account.ts";
import type { Policy } from "./model-side.ts";
import type { Random } from "./random.ts";
import type { Telling } from "./scene.ts";

const MONEY_MAX = 1n << 62n;
/** Gateways of a story, and policies of its directory. */
export const STORY_GATEWAYS = [1, 2] as const;
export const STORY_POLICIES = [0, 1] as const;

/** The price list's version of this place, from 0, with a table up to `coversToS`. */
export function setVersion(
  { scene, side, random }: Telling,
  place: number,
  coversToS: number,
): EngineCommand {
  const version = scene.versions[place];
  if (version === undefined) throw new Error(`no version ${place}`);
  const earlierS = random.chance(0.3) ? random.int(0, 864_000) : 0;
  return {
    op: "set_price_list",
    number: side.commandNumber + 1,
    index: 0,
    version: place + 1,
    effective_from_s: version.effectiveFromS,
    covers_from_s: version.effectiveFromS - earlierS,
    covers_to_s: coversToS,
    text: JSON.stringify(version.json),
  };
}

/** A policy with up to four thresholds. */
export function setPolicy({ random, side, scene }: Telling, index: number): EngineCommand {
  const amount = () => BigInt(random.spread(random.pick([100, 1e6, 1e8, 1e11])));
  const signed = () => (random.chance(0.2) ? -amount() : amount());
  const low = [...new Set(Array.from({ length: random.int(0, 4) }, signed))];
  const isExtreme = scene.kind === "extreme" && random.chance(0.7);
  return {
    op: "set_policy",
    number: side.commandNumber + 1,
    index,
    low_credit_micros: low.sort((a, b) => (a > b ? -1 : 1)).map(String),
    hysteresis_micros: `${random.chance(0.3) ? 0n : amount()}`,
    disablement_threshold_micros: `${random.chance(0.5) ? 0n : signed()}`,
    clearance_micros: `${random.chance(0.5) ? 0n : amount()}`,
    max_balance_micros: `${isExtreme ? MONEY_MAX : 10n ** BigInt(random.int(7, 15))}`,
    automatic_cut: random.chance(0.75),
    stale_after_s: random.pick([0, 0, 900, 7_200, 200_000]),
  };
}

/** Makes a gateway known. */
export function setGateway({ side }: Telling, gateway: number): EngineCommand {
  return {
    op: "set_gateway",
    number: side.commandNumber + 1,
    gateway,
    key: "0".repeat(64),
    roster_version: 1,
  };
}

/** Opens an account in a slot. */
export function openAccount({ random }: Telling, slot: number, recorded: boolean): EngineCommand {
  return {
    op: "open_account",
    number: 1,
    slot,
    account_id: `00000000-0000-4000-8000-${slot.toString(16).padStart(12, "0")}`,
    gateway: random.pick(STORY_GATEWAYS),
    price_list: 0,
    policy: random.pick(STORY_POLICIES),
    recorded,
    ...makeMeter(random),
  };
}

/** A command to an account, as its number would have it or not. */
export function makeCommand(telling: Telling, told: ToldAccount): EngineCommand {
  const { random } = telling;
  const last = told.commandNumber;
  const number = random.chance(0.88) ? last + 1 : Math.max(1, last + random.pick([0, 0, -1, 2, 3]));
  const account = { number, slot: told.slot };
  const op = random.weigh({
    money: 60,
    cut: 7,
    restore: 9,
    exchange_meter: 9,
    open_account: 1,
  });
  if (op === "open_account")
    return { ...(openAccount(telling, told.slot, false) as Op<"open_account">), number };
  if (op === "cut" || op === "restore") return { op, ...account };
  if (op === "money") return { ...makeMoney(telling, told), ...account };
  return { op, ...account, ...makeExchange(random, told) };
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

function makeExchange(random: Random, { state }: ToldAccount) {
  const meter = makeMeter(random);
  const last = state.r0 ?? 0n;
  const closing = last + BigInt(random.spread(3_000)) * (random.chance(0.1) ? -1n : 1n);
  return {
    ...meter,
    gateway: random.pick(STORY_GATEWAYS),
    ...(random.chance(0.7) && { closing_atoms: `${closing < 0n ? 0n : closing}` }),
    opening_atoms: `${random.chance(0.02) ? 9_999_999_999_999_999n : makeOpening(random, undefined)}`,
  };
}

type Money = { op: "credit" | "adjust"; amount_micros: string };

function makeMoney({ random, side, scene }: Telling, { state, policy }: ToldAccount): Money {
  const balance = state.balanceMicros;
  const near = BigInt(random.pick([0, 0, 1, -1, random.spread(1e6)]));
  const target = makeTarget(random, side.policies.get(policy), scene.kind === "extreme") + near;
  let amount = random.chance(0.6) ? target - balance : BigInt(random.spread(1e10));
  if (amount > MONEY_MAX || amount < -MONEY_MAX) amount = MONEY_MAX;
  if (amount > 0n && random.chance(0.8)) return { op: "credit", amount_micros: `${amount}` };
  return { op: "adjust", amount_micros: `${random.chance(0.1) ? -amount : amount}` };
}

/** A balance at which an alert, a cut, a restore or a limit is decided. */
export function makeTarget(random: Random, policy: Policy | undefined, isExtreme: boolean): bigint {
  if (policy === undefined) return 0n;
  const { lowCredit, supply, balanceMaxMicros } = policy;
  const low = lowCredit.thresholdsMicros;
  const targets = [
    ...low,
    ...low.map((each) => each + lowCredit.hysteresisMicros),
    supply.disablementMicros,
    supply.disablementMicros + supply.clearanceMicros,
    balanceMaxMicros,
    ...(isExtreme ? [MONEY_MAX, -MONEY_MAX, MONEY_MAX - (1n << 56n), (1n << 56n) - MONEY_MAX] : []),
  ];
  return random.pick(targets);
}
