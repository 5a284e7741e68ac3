/**
 * The objects that an account is to a building management system, and their instance numbers. A number follows from the
 * account's ordinal in the registry, so that an object keeps its place for the life of the installation.
 */
import { INSTANCE_MAX, OBJECT } from "../../engine/contract/bacnet/names.ts";
import type { ObjectId } from "../../engine/contract/bacnet/values.ts";

/** What is told of an account, in the order of the object list. */
export const FACTS = [
  "balance",
  "available_credit",
  "days_left",
  "credit_status",
  "supply_state",
  "consumption",
] as const;
/** One of them. */
export type Fact = (typeof FACTS)[number];

/** Type of each object, and its place among the account's objects of that type. */
const PLACES: Record<Fact, { type: number; place: number }> = {
  balance: { type: OBJECT.analogValue, place: 0 },
  available_credit: { type: OBJECT.analogValue, place: 1 },
  days_left: { type: OBJECT.analogValue, place: 2 },
  credit_status: { type: OBJECT.multiStateValue, place: 0 },
  supply_state: { type: OBJECT.multiStateValue, place: 1 },
  consumption: { type: OBJECT.accumulator, place: 0 },
};
/** Instances that each account takes in every type: room for facts to come. */
const INSTANCES_EACH = 4;

/** Largest ordinal whose objects have numbers; accounts over it are not offered. */
export const ORDINAL_MAX = Math.floor((INSTANCE_MAX + 1) / INSTANCES_EACH) - 1;

/** The object that tells a fact of the account with an ordinal. */
export function objectOf(ordinal: number, fact: Fact): ObjectId {
  const { type, place } = PLACES[fact];
  return { type, instance: ordinal * INSTANCES_EACH + place };
}

/** Which account and fact an object is; undefined when it can be none. */
export function factOf({ type, instance }: ObjectId): { ordinal: number; fact: Fact } | undefined {
  const place = instance % INSTANCES_EACH;
  const fact = FACTS.find((each) => PLACES[each].type === type && PLACES[each].place === place);
  return fact && { ordinal: Math.floor(instance / INSTANCES_EACH), fact };
}
