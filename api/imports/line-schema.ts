/**
 * What a line of an import may be. Things are named by the operator's own keys: `reference` of sites, units and customers,
 * names of gateways, usage points, price lists and policies, serial numbers of meters.
 */
import { z } from "@hono/zod-openapi";
import { link } from "../../engine/contract/link.ts";
import { FIELD_DRIVERS } from "../../engine/contract/roster.ts";
import { SERVICES } from "../../engine/contract/services.ts";
import { openZone } from "../../engine/tariff/zone.ts";
import { PAYMENT_MODES } from "../registry/schema/accounts.ts";
import { NAME_MAX } from "../registry/schema/columns.ts";
import { AGREEMENT_ROLES, REFERENCE_MAX } from "../registry/schema/parties.ts";
import { atoms, meterKey } from "../routes/meters.ts";
import { unitLabels } from "../routes/unit-labels.ts";
import { instantText, plainText } from "../schemas.ts";

const reference = plainText(REFERENCE_MAX);
const name = plainText(NAME_MAX);
const serial = plainText(64);
const place = {
  site: reference,
  unit: reference,
  service: z.enum(SERVICES),
  usage_point: name.default("main"),
};
const zones = new Map<string, boolean>();

/** Zones are few and their lines many. */
function isZone(zone: string): boolean {
  const known = zones.get(zone) ?? openZone(zone) !== undefined;
  if (zones.size < 1_000) zones.set(zone, known);
  return known;
}

const SHAPES = {
  site: z.strictObject({
    type: z.literal("site"),
    reference,
    name,
    timezone: plainText(64).refine(isZone, 'must be an IANA zone such as "Europe/Madrid"'),
  }),
  unit: z.strictObject({
    type: z.literal("unit"),
    site: reference,
    reference,
    name,
    ...unitLabels.shape,
  }),
  customer: z.strictObject({
    type: z.literal("customer"),
    reference,
    name,
    customer_group: name.optional(),
  }),
  gateway: z.strictObject({ type: z.literal("gateway"), site: reference, name }),
  usage_point: z.strictObject({
    type: z.literal("usage_point"),
    ...place,
    tariff_class: name.optional(),
  }),
  meter: z.strictObject({
    type: z.literal("meter"),
    ...place,
    gateway: name,
    serial,
    driver: z.enum(FIELD_DRIVERS),
    device: serial,
    link,
    address: serial,
    key: meterKey,
    modulus_atoms: atoms.default("0"),
    max_rate_atoms_per_hour: atoms.default("0"),
    step_atoms: atoms.default("1"),
  }),
  agreement: z.strictObject({
    type: z.literal("agreement"),
    customer: reference,
    ...place,
    role: z.enum(AGREEMENT_ROLES).default("tenant"),
    from: instantText.optional(),
  }),
  account: z.strictObject({
    type: z.literal("account"),
    meter: serial,
    price_list: name,
    supply_policy: name,
    payment_mode: z.enum(PAYMENT_MODES).default("prepayment"),
  }),
};

/** A kind of line. */
export type LineType = keyof typeof SHAPES;
/** A line of a kind. */
export type LineOf<Type extends LineType> = z.output<(typeof SHAPES)[Type]>;
/** A line. */
export type Line = { [Type in LineType]: LineOf<Type> }[LineType];

/** What is wrong with a line: in which member, and how to mend it. */
export type LineFault = { field?: string; detail: string; type?: string };

/** The line that a value is, or what is wrong with it. */
export function lineOf(value: unknown): { line: Line } | { fault: LineFault } {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { fault: { detail: "must be an object with a type" } };
  }
  const type = (value as { type?: unknown }).type;
  if (typeof type !== "string" || !Object.hasOwn(SHAPES, type)) {
    const detail = `must be one of ${Object.keys(SHAPES).join(", ")}`;
    return { fault: { field: "type", detail } };
  }
  const parsed = SHAPES[type as LineType].safeParse(value);
  if (parsed.success) return { line: parsed.data as Line };
  const [issue] = parsed.error.issues;
  if (issue?.code === "unrecognized_keys") {
    const detail = `is nothing that a ${type} has${issue.keys[0]?.includes("credit") ? ": money never comes by import" : ""}`;
    return { fault: { type, field: String(issue.keys[0]), detail } };
  }
  const field = issue?.path.map(String).join(".") ?? "";
  return {
    fault: { type, ...(field !== "" && { field }), detail: issue?.message ?? "does not fit" },
  };
}
