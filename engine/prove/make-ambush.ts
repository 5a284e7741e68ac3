/**
 * An adjustment and then a reading that brings credit just to where something is judged: such readings never come by
 * chance, since what they cost is known only when they are rated.
 */
import type { FrameReading } from "../contract/frame.ts";
import { applyAdjust } from "../model/commands.ts";
import { MONEY_MICROS_MAX } from "../model/judge.ts";
import { applyReading } from "../model/steps.ts";
import { makeTarget, missingTo } from "./make-money.ts";
import type { ToldAccount } from "./model-account.ts";
import type { Telling } from "./scene.ts";
import type { Step } from "./story.ts";

/** Tries to hit: what an adjustment sets off (emergency credit, pots) moves the mark. */
const TRIES = 2;

/**
 * The steps; none for an account that is not read yet, or whose readings would not be accepted. A live meter is read just
 * before, so that nothing lies between: the last reading is one of the kernel's common path.
 */
export function makeAmbush(telling: Telling, told: ToldAccount): Step[] {
  const { random, nowS } = telling;
  const { t0, r0, estimate } = told.state;
  if (t0 === undefined || r0 === undefined || estimate !== undefined) return [];
  if (told.isRecorded) return ambush(telling, told, Number(t0) + random.int(1, 900));
  const isFresh = Number(t0) >= nowS || random.chance(0.2);
  const laterS = Math.max(Number(t0), nowS) + random.int(0, 60);
  if (isFresh) return ambush(telling, told, laterS);
  const register = r0 + BigInt(random.int(0, 50));
  const state = stateAfter(telling, told, { atS: nowS, register, amount: 0n });
  if (state === undefined) return [];
  const rest = ambush(telling, { ...told, state }, laterS);
  return rest.length === 0 ? [] : [readingStep(telling, told, register, nowS), ...rest];
}

/** An adjustment and a reading at `atS`. */
function ambush(telling: Telling, told: ToldAccount, atS: number): Step[] {
  const { random, scene, side, nowS } = telling;
  if (atS >= Math.min(scene.endS, side.reachS)) return [];
  const register = (told.state.r0 ?? 0n) + BigInt(random.int(1, 50));
  const target = makeTarget(telling, told);
  target.micros += BigInt(random.pick([0, 0, 0, 1, -1]));
  const aim = { ...telling, nowS: told.isRecorded ? atS : nowS };
  let amount = 0n;
  for (let i = 0; i < TRIES; i++) {
    const state = stateAfter(telling, told, { atS, register, amount });
    if (state === undefined) return [];
    amount += missingTo(aim, { ...told, state }, target);
    if (amount > MONEY_MICROS_MAX || amount < -MONEY_MICROS_MAX) return [];
  }
  const number = told.commandNumber + 1;
  const { slot } = told;
  const command = { op: "adjust", number, slot, amount_micros: `${amount}` } as const;
  return [{ kind: "command", atS: nowS, command }, readingStep(telling, told, register, atS)];
}

function readingStep(
  { nowS }: Telling,
  { slot, gateway }: ToldAccount,
  register: bigint,
  atS: number,
): Step {
  const reading: FrameReading = { slot, register: Number(register), atS, quality: "actual" };
  return { kind: "frame", atS: nowS, gateway, readings: [reading], reports: [] };
}

/** The account when both have come; undefined where the reading is not accepted. */
function stateAfter(
  { side, nowS }: Telling,
  told: ToldAccount,
  { atS, register, amount }: { atS: number; register: bigint; amount: bigint },
): ToldAccount["state"] | undefined {
  const terms = side.termsOf(told);
  const given = { amountMicros: amount, number: 0n };
  const adjusted = applyAdjust(terms, told.state, given, BigInt(nowS));
  if (typeof adjusted === "string") return undefined;
  const { account, outputs } = applyReading(terms, adjusted.account, {
    atS: BigInt(atS),
    registerAtoms: register,
    ...(!told.isRecorded && { receivedAtS: BigInt(nowS) }),
  });
  return outputs.verdict === "accepted" ? account : undefined;
}
