/**
 * A payment and then a reading that brings the balance just to where something is judged: such readings never come by
 * chance, since what they cost is known only when they are rated.
 */
import type { FrameReading } from "../contract/frame.ts";
import { MONEY_MICROS_MAX } from "../model/judge.ts";
import { applyReading } from "../model/steps.ts";
import { makeTarget } from "./make-command.ts";
import type { ToldAccount } from "./model-account.ts";
import type { Telling } from "./scene.ts";
import type { Step } from "./story.ts";

/** The two steps; none for an account that is not read yet, or whose reading would not be accepted. */
export function makeAmbush({ random, scene, side, nowS }: Telling, told: ToldAccount): Step[] {
  const { t0, r0, balanceMicros } = told.state;
  if (t0 === undefined || r0 === undefined) return [];
  const atS = told.isRecorded ? Number(t0) + random.int(1, 900) : nowS;
  if (atS >= Math.min(scene.endS, side.reachS)) return [];
  const register = r0 + BigInt(random.int(1, 50));
  const judged = { atS: BigInt(atS), registerAtoms: register };
  const { account, outputs } = applyReading(side.termsOf(told), told.state, judged);
  if (outputs.verdict !== "accepted") return [];

  const used = balanceMicros - account.balanceMicros;
  const policy = side.policies.get(told.policy);
  const target = makeTarget(random, policy, false) + BigInt(random.pick([0, 0, 0, 1, -1]));
  const amount = target + used - balanceMicros;
  if (amount > MONEY_MICROS_MAX || amount < -MONEY_MICROS_MAX) return [];
  const slot = told.slot;
  const reading: FrameReading = { slot, register: Number(register), atS, quality: "actual" };
  return [
    {
      kind: "command",
      atS: nowS,
      command: {
        op: "adjust",
        number: told.commandNumber + 1,
        slot,
        amount_micros: `${amount}`,
      },
    },
    { kind: "frame", atS: nowS, gateway: told.gateway, readings: [reading], reports: [] },
  ];
}
