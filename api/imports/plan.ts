/**
 * What a line of an import comes to: whether what it names is there, and what is to be made. Pure: it changes the world and
 * the plan that it is given, and nothing else. A Refusal is thrown where the line can't be followed.
 */
import { randomUUID } from "node:crypto";
import type { Account } from "../registry/accounts.ts";
import type { Agreement } from "../registry/parties.ts";
import type { SupplyPolicy } from "../registry/policies.ts";
import type { PriceListRow } from "../registry/price-lists.ts";
import type { Line, LineOf } from "./line-schema.ts";
import { planAccount, planAgreement } from "./plan-accounts.ts";
import { planMeter, pointAt } from "./plan-meters.ts";
import { Refusal, type Verdict } from "./verdict.ts";
import {
  type KnownCustomer,
  type KnownGateway,
  type KnownMeter,
  type KnownPoint,
  type KnownSite,
  type KnownUnit,
  keyOf,
  type World,
} from "./world.ts";

/** An account that is to be opened; its id is known once it is written. */
export type NewOpening = {
  meter: KnownMeter;
  list: PriceListRow;
  policy: SupplyPolicy;
  mode: Account["payment_mode"];
  verdict: Verdict;
};
/** An agreement that is to be made. */
export type NewAgreement = {
  id: string;
  customer_id: string;
  point: KnownPoint;
  role: Agreement["role"];
  from_at: Date;
};

/** What is to be made, in the order of the lines. */
export type Plan = {
  sites: KnownSite[];
  units: KnownUnit[];
  customers: KnownCustomer[];
  gateways: KnownGateway[];
  points: KnownPoint[];
  meters: KnownMeter[];
  agreements: NewAgreement[];
  openings: NewOpening[];
};

/** Where lines are planned: on what, into what, by which clock. */
export type Planning = { world: World; plan: Plan; now: Date };

/** Nothing to be made yet. */
export function emptyPlan(): Plan {
  return {
    sites: [],
    units: [],
    customers: [],
    gateways: [],
    points: [],
    meters: [],
    agreements: [],
    openings: [],
  };
}

/** The verdict of a line. */
export function planLine(at: Planning, number: number, line: Line): Verdict {
  const verdict: Verdict = { line: number, type: line.type, verdict: "made" };
  try {
    return Object.assign(verdict, made(at, line, verdict));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, field, message: detail } = error;
    return { line: number, type: line.type, verdict: "refused", code, field, detail };
  }
}

/** The id of what was made, or of what is there. */
type Outcome = Pick<Verdict, "verdict" | "id">;

function made(at: Planning, line: Line, verdict: Verdict): Outcome {
  switch (line.type) {
    case "site":
      return planSite(at, line);
    case "unit":
      return planUnit(at, line);
    case "customer":
      return planCustomer(at, line);
    case "gateway":
      return planGateway(at, line);
    case "usage_point":
      return planPoint(at, line);
    case "meter":
      return planMeter(at, line);
    case "agreement":
      return planAgreement(at, line);
    case "account":
      return planAccount(at, line, verdict);
  }
}

function planSite({ world, plan }: Planning, line: LineOf<"site">): Outcome {
  const { reference, name, timezone } = line;
  const there = world.sites.get(reference);
  if (there !== undefined) {
    return unchanged(there.id, `site ${reference}`, [
      ["name", there.name, name],
      ["timezone", there.timezone, timezone],
    ]);
  }
  if (world.siteNames.has(name)) {
    throw new Refusal(
      "name_taken",
      "name",
      `another site is named ${name}: give that one this reference (PATCH /v1/sites/ID), or this one another name`,
    );
  }
  const site: KnownSite = { id: randomUUID(), reference, name, timezone, shard: undefined };
  world.sites.set(reference, site);
  world.siteNames.add(name);
  plan.sites.push(site);
  return { verdict: "made", id: site.id };
}

function planUnit({ world, plan }: Planning, line: LineOf<"unit">): Outcome {
  const site = siteNamed(world, line.site);
  const { reference, name, use = "private", cost_center = null, area_m2 = null } = line;
  const there = world.units.get(keyOf(site.id, reference));
  if (there !== undefined) {
    return unchanged(there.id, `unit ${reference}`, [
      ["name", there.name, name],
      ["use", there.use, line.use],
      ["cost_center", there.cost_center, line.cost_center],
      ["area_m2", there.area_dm2, line.area_m2],
    ]);
  }
  if (world.unitNames.has(keyOf(site.id, name))) {
    throw new Refusal(
      "name_taken",
      "name",
      `another unit of site ${line.site} is named ${name}: give that one this reference (PATCH /v1/units/ID), or this one another name`,
    );
  }
  const unit: KnownUnit = {
    id: randomUUID(),
    reference,
    name,
    use,
    cost_center,
    area_dm2: area_m2,
    site,
  };
  world.units.set(keyOf(site.id, reference), unit);
  world.unitNames.add(keyOf(site.id, name));
  plan.units.push(unit);
  return { verdict: "made", id: unit.id };
}

function planCustomer({ world, plan }: Planning, line: LineOf<"customer">): Outcome {
  const { reference, name, customer_group: group } = line;
  const groupId = group === undefined ? undefined : world.groups.get(group);
  if (group !== undefined && groupId === undefined) {
    throw unknown("customer_group", `customer group ${group}`, "make it at /v1/customer-groups");
  }
  const there = world.customers.get(reference);
  if (there !== undefined) {
    return unchanged(there.id, `customer ${reference}`, [
      ["name", there.name, name],
      ["customer_group", there.groupId, groupId],
    ]);
  }
  const customer: KnownCustomer = { id: randomUUID(), reference, name, groupId: groupId ?? null };
  world.customers.set(reference, customer);
  plan.customers.push(customer);
  return { verdict: "made", id: customer.id };
}

function planGateway({ world, plan }: Planning, { site: of, name }: LineOf<"gateway">): Outcome {
  const site = siteNamed(world, of);
  const there = world.gateways.get(keyOf(site.id, name));
  if (there !== undefined) return { verdict: "unchanged" };
  const gateway: KnownGateway = { number: undefined, name, site, meters: 0 };
  world.gateways.set(keyOf(site.id, name), gateway);
  plan.gateways.push(gateway);
  return { verdict: "made" };
}

function planPoint(at: Planning, line: LineOf<"usage_point">): Outcome {
  const { tariff_class } = line;
  const classId = tariff_class === undefined ? undefined : at.world.classes.get(tariff_class);
  if (tariff_class !== undefined && classId === undefined) {
    throw unknown("tariff_class", `tariff class ${tariff_class}`, "make it at /v1/tariff-classes");
  }
  const { point, isNew } = pointAt(at, line, classId ?? null);
  if (isNew) return { verdict: "made", id: point.id };
  const name = `usage point ${line.usage_point} of unit ${line.unit}`;
  return unchanged(point.id, name, [["tariff_class", point.tariffClassId, classId]]);
}

/** The site of a reference. */
export function siteNamed({ sites }: World, reference: string): KnownSite {
  const site = sites.get(reference);
  if (site !== undefined) return site;
  throw unknown("site", `site ${reference}`, "put its line before this one");
}

/** The refusal of a key that names nothing. */
export function unknown(field: string, what: string, mend: string): Refusal {
  return new Refusal("reference_unknown", field, `there is no ${what}: ${mend}, or check the key`);
}

/** What is there already stands as it is; a line that says otherwise is refused. A member that the line leaves out fits. */
export function unchanged(
  id: string | undefined,
  what: string,
  members: readonly (readonly [field: string, there: unknown, said: unknown])[],
): Outcome {
  const wrong = members.find(([, there, said]) => said !== undefined && !isSame(there, said));
  if (wrong === undefined) return { verdict: "unchanged", id };
  throw new Refusal(
    "differs",
    wrong[0],
    `${what} is there with another ${wrong[0]}: an import changes nothing, change it over the api or mend the line`,
  );
}

function isSame(there: unknown, said: unknown): boolean {
  if (there === said) return true;
  if (typeof there !== "object" || typeof said !== "object") return false;
  return text(there) === text(said);
}

/** An object's text, whatever the order of its members. */
function text(value: object | null): string {
  return JSON.stringify(Object.entries(value ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
}
