/**
 * What a chunk's lines have to know: things that are there, and those that lines before have made, by the operator's keys.
 */
import type { Link } from "../../engine/contract/link.ts";
import type { Service } from "../../engine/contract/services.ts";
import type { Meter } from "../registry/meters.ts";
import type { Agreement } from "../registry/parties.ts";
import type { SupplyPolicy } from "../registry/policies.ts";
import type { PriceListRow } from "../registry/price-lists.ts";
import type { Unit } from "../registry/sites.ts";

/** A site; its shard is known once it is written. */
export type KnownSite = {
  id: string;
  reference: string | null;
  name: string;
  timezone: string;
  shard: number | undefined;
};
/** A unit. */
export type KnownUnit = Pick<
  Unit,
  "id" | "reference" | "name" | "use" | "cost_center" | "area_dm2"
> & { site: KnownSite };
/** A customer. */
export type KnownCustomer = { id: string; reference: string; name: string; groupId: string | null };
/** A gateway; its number is known once it is written. `meters` is how many stand on it. */
export type KnownGateway = {
  number: number | undefined;
  name: string;
  site: KnownSite;
  meters: number;
};
/** A usage point with what stands and applies there. */
export type KnownPoint = {
  id: string;
  unitId: string;
  service: Service;
  name: string;
  tariffClassId: string | null;
  /** The serial number of the meter that stands there. */
  meter: string | undefined;
  agreements: Pick<Agreement, "customer_id" | "from_at" | "to_at">[];
  account: { id: string; priceListId: string; policyId: string } | undefined;
};
/** What is said of a meter. */
export type MeterFacts = Pick<
  Meter,
  | "serial"
  | "service"
  | "driver"
  | "device"
  | "address"
  | "key"
  | "modulus_atoms"
  | "max_rate_atoms_per_hour"
  | "step_atoms"
> & { link: Link };
/** Where it stands, as the registry has it. */
export type MeterAt = Pick<Meter, "operator_id" | "usage_point_id" | "gateway">;
/** A meter; `gateway` is its gateway's number where it was there before. */
export type KnownMeter = MeterFacts & {
  id: string;
  point: KnownPoint;
  gateway: KnownGateway;
  isRetired: boolean;
  row: (MeterFacts & { id: string } & MeterAt) | undefined;
};

/** All of it, by key. */
export type World = {
  sites: Map<string, KnownSite>;
  siteNames: Set<string>;
  /** By site id and reference. */
  units: Map<string, KnownUnit>;
  unitNames: Set<string>;
  customers: Map<string, KnownCustomer>;
  groups: Map<string, string>;
  classes: Map<string, string>;
  /** By site id and name. */
  gateways: Map<string, KnownGateway>;
  /** By unit id, service and name. */
  points: Map<string, KnownPoint>;
  meters: Map<string, KnownMeter>;
  lists: Map<string, PriceListRow>;
  policies: Map<string, SupplyPolicy>;
};

/** Nothing known yet. */
export function emptyWorld(): World {
  return {
    sites: new Map(),
    siteNames: new Set(),
    units: new Map(),
    unitNames: new Set(),
    customers: new Map(),
    groups: new Map(),
    classes: new Map(),
    gateways: new Map(),
    points: new Map(),
    meters: new Map(),
    lists: new Map(),
    policies: new Map(),
  };
}

/** A key of two or three parts; a slash in one of them makes no other key, as ids come first and have none. */
export function keyOf(id: string, ...parts: readonly string[]): string {
  return [id, ...parts].join("/");
}
