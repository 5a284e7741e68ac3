/**
 * A charge as far as its shape is sound.
 */
import { inside, objectAt, type Place, partAt, refuseUnknownKeys, valueAt } from "./part.ts";
import type { Charge } from "./price-list.ts";
import { chargeShape, decimalOf, whileShape } from "./shape.ts";

const CHARGE_KEYS = [...Object.keys(chargeShape.shape), "while"];

/** Reads a charge; undefined when a part of it is not sound. */
export function readCharge(place: Place, value: unknown): Charge | undefined {
  const charge = objectAt(place, value, `an object with ${CHARGE_KEYS.join(", ")}`);
  if (charge === undefined) return undefined;
  refuseUnknownKeys(place, charge, CHARGE_KEYS);
  const { while: states, ...rest } = charge;
  const sound = valueAt(place, rest, chargeShape);
  const treated = states === undefined ? {} : partAt(inside(place, "while"), states, whileShape);
  if (sound === undefined || treated === undefined) return undefined;
  return {
    name: sound.name,
    every: sound.every,
    amount: decimalOf(sound.amount),
    priority: sound.priority ?? 0,
    while: {
      disconnected: treated.disconnected ?? "drop",
      limited: treated.limited ?? "collect",
      friendly: treated.friendly ?? "collect",
    },
  };
}
