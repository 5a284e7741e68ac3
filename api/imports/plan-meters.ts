/**
 * Lines of usage points and meters. Pure.
 */
import { randomUUID } from "node:crypto";
import { ROSTER_METERS_MAX } from "../../engine/contract/roster.ts";
import type { LineOf } from "./line-schema.ts";
import { type Planning, siteNamed, unchanged, unknown } from "./plan.ts";
import { Refusal, type Verdict } from "./verdict.ts";
import {
  type KnownMeter,
  type KnownPoint,
  type KnownSite,
  keyOf,
  type MeterFacts,
} from "./world.ts";

/** The members that say where a usage point is. */
export type PlaceOf = Pick<LineOf<"usage_point">, "site" | "unit" | "service" | "usage_point">;

/** The usage point at a place, made where there is none; a new one gets the tariff class. */
export function pointAt(
  at: Planning,
  place: PlaceOf,
  tariffClassId: string | null = null,
): { point: KnownPoint; site: KnownSite; isNew: boolean } {
  const { world, plan } = at;
  const { site, unit, key } = unitAt(at, place);
  const there = world.points.get(key);
  if (there !== undefined) return { point: there, site, isNew: false };
  const point: KnownPoint = {
    id: randomUUID(),
    unitId: unit.id,
    service: place.service,
    name: place.usage_point,
    tariffClassId,
    meter: undefined,
    agreements: [],
    account: undefined,
  };
  world.points.set(key, point);
  plan.points.push(point);
  return { point, site, isNew: true };
}

function unitAt({ world }: Planning, place: PlaceOf) {
  const site = siteNamed(world, place.site);
  const unit = world.units.get(keyOf(site.id, place.unit));
  if (unit === undefined) {
    throw unknown(
      "unit",
      `unit ${place.unit} of site ${place.site}`,
      "put its line before this one",
    );
  }
  return { site, unit, key: keyOf(unit.id, place.service, place.usage_point) };
}

/** Makes a meter, and its usage point where there is none. */
export function planMeter(at: Planning, line: LineOf<"meter">): Pick<Verdict, "verdict" | "id"> {
  const { world, plan } = at;
  const { site, key } = unitAt(at, line);
  const gateway = world.gateways.get(keyOf(site.id, line.gateway));
  if (gateway === undefined) {
    const what = `gateway ${line.gateway} at site ${line.site}`;
    throw unknown("gateway", what, "put its line before this one");
  }
  const facts = factsOf(line);
  const there = world.meters.get(line.serial);
  if (there !== undefined) return asItIs(there, { facts, line, key, world });
  const standing = world.points.get(key)?.meter;
  if (standing !== undefined) {
    throw new Refusal(
      "place_taken",
      "usage_point",
      `meter ${standing} stands there: exchange it (POST /v1/meters/ID:exchange), or name another usage point`,
    );
  }
  if (gateway.meters >= ROSTER_METERS_MAX) {
    const detail = `gateway ${line.gateway} has ${ROSTER_METERS_MAX} meters already: put it on another`;
    throw new Refusal("gateway_full", "gateway", detail);
  }
  const { point } = pointAt(at, line);
  point.meter = line.serial;
  gateway.meters += 1;
  const meter: KnownMeter = {
    ...facts,
    id: randomUUID(),
    point,
    gateway,
    isRetired: false,
    row: undefined,
  };
  world.meters.set(line.serial, meter);
  plan.meters.push(meter);
  return { verdict: "made", id: meter.id };
}

function factsOf(line: LineOf<"meter">): MeterFacts {
  return {
    serial: line.serial,
    service: line.service,
    driver: line.driver,
    device: line.device,
    link: line.link,
    address: line.address,
    key: line.key ?? null,
    modulus_atoms: BigInt(line.modulus_atoms),
    max_rate_atoms_per_hour: BigInt(line.max_rate_atoms_per_hour),
    step_atoms: BigInt(line.step_atoms),
  };
}

type Asked = { facts: MeterFacts; line: LineOf<"meter">; key: string; world: Planning["world"] };

function asItIs(there: KnownMeter, { facts, line, key, world }: Asked) {
  const what = `meter ${line.serial}`;
  if (there.isRetired) {
    throw new Refusal(
      "differs",
      "serial",
      `${what} was taken out of use: a new one needs another number`,
    );
  }
  if (world.points.get(key)?.id !== there.point.id) {
    const detail = `${what} stands at another usage point: check the number and the place`;
    throw new Refusal("differs", "usage_point", detail);
  }
  return unchanged(there.id, what, [
    ["gateway", there.gateway.name, line.gateway],
    ["driver", there.driver, facts.driver],
    ["device", there.device, facts.device],
    ["link", there.link, facts.link],
    ["address", there.address, facts.address],
    ["key", there.key, line.key],
    ["modulus_atoms", there.modulus_atoms, facts.modulus_atoms],
    ["max_rate_atoms_per_hour", there.max_rate_atoms_per_hour, facts.max_rate_atoms_per_hour],
    ["step_atoms", there.step_atoms, facts.step_atoms],
  ]);
}
