/**
 * A price list with its versions (R30): one list, or an array of them, each with `effective_from`.
 */
import { EPOCH_S_MAX, parseInstant } from "../../tariff/date-time.ts";
import { openZone } from "../../tariff/zone.ts";
import { type PriceListFault, report, shown } from "./fault.ts";
import { readJson } from "./json-text.ts";
import { VERSIONS_MAX } from "./limits.ts";
import { readPriceList } from "./parse.ts";
import { fault, inside, isObject, type JsonObject, type Place } from "./part.ts";
import type { PriceList } from "./price-list.ts";

/**
 * A version in force from `effectiveFromS` (epoch seconds) until the next one; 0 for a single list without a time.
 * `text` is the list's JSON without `effective_from`, as `parsePriceListText` takes it.
 */
export type PriceListVersion = { effectiveFromS: number; priceList: PriceList; text: string };

/** The versions in the order of time, or every fault of all of them. */
export type PriceListsResult =
  | { ok: true; versions: PriceListVersion[] }
  | { ok: false; faults: PriceListFault[] };

/** What all versions share: an account keeps its money and its counters from one to the next. */
const SHARED = ["currency", "unit", "timezone", "service"] as const;
const BASIS = "accumulation_basis";
const TIME_WORDS =
  'an RFC 3339 time such as "2026-01-01T00:00:00+01:00", or a local "2026-01-01" or "2026-01-01T06:00", from 1970 to 2106';

/** Parses and checks a list, or versions of it; pointers into an array begin with the version's index. */
export function parsePriceLists(value: unknown): PriceListsResult {
  return readVersions(value, []);
}

/** As `parsePriceLists`, from text. */
export function parsePriceListsText(text: string): PriceListsResult {
  const faults: PriceListFault[] = [];
  const json = readJson(text, faults);
  return json === undefined ? { ok: false, faults } : readVersions(json.value, faults);
}

function readVersions(value: unknown, faults: PriceListFault[]): PriceListsResult {
  const place: Place = { faults, pointer: "" };
  if (!Array.isArray(value)) {
    const only = readVersion(place, value, false);
    return only === undefined ? { ok: false, faults } : { ok: true, versions: [only] };
  }
  if (value.length === 0 || value.length > VERSIONS_MAX) {
    report(faults, "", `has ${value.length} versions: from 1 to ${VERSIONS_MAX} are taken`);
    return { ok: false, faults };
  }
  const versions: PriceListVersion[] = [];
  checkPeriods(place, value);
  let beforeS = -1;
  for (const [index, element] of value.entries()) {
    const at = inside(place, index);
    const version = readVersion(at, element, true);
    checkShared(at, value[0], element);
    checkBasis(at, value[0], element);
    const effectiveFromS = isObject(element) ? effectiveFrom(element) : undefined;
    if (effectiveFromS !== undefined && effectiveFromS <= beforeS) {
      fault(inside(at, "effective_from"), "must be later than that of the version before it");
    }
    beforeS = effectiveFromS ?? beforeS;
    if (version !== undefined) versions.push(version);
  }
  return faults.length === 0 ? { ok: true, versions } : { ok: false, faults };
}

function readVersion(place: Place, value: unknown, dated: boolean): PriceListVersion | undefined {
  if (!isObject(value)) {
    readPriceList(place, value);
    return undefined;
  }
  const { effective_from: written, ...list } = value;
  const effectiveFromS = written === undefined && !dated ? 0 : effectiveFrom(value);
  if (
    effectiveFromS === undefined &&
    (typeof written !== "string" || zoneOf(value) !== undefined)
  ) {
    fault(
      inside(place, "effective_from"),
      written === undefined
        ? `is missing: give ${TIME_WORDS}`
        : `must be ${TIME_WORDS}, not ${shown(written)}`,
    );
  }
  const priceList = readPriceList(place, list);
  if (priceList === undefined || effectiveFromS === undefined) return undefined;
  return { effectiveFromS, priceList, text: JSON.stringify(list) };
}

/** The instant of a version's `effective_from`; a local time that a gap swallows acts right after it. */
function effectiveFrom(version: JsonObject): number | undefined {
  const written = version["effective_from"];
  const zone = zoneOf(version);
  if (typeof written !== "string" || zone === undefined) return undefined;
  const atS = parseInstant(written.length === 10 ? `${written}T00:00` : written, zone, "switch");
  return atS !== undefined && atS <= EPOCH_S_MAX ? atS : undefined;
}

function zoneOf(version: JsonObject) {
  const name = version["timezone"];
  return typeof name === "string" ? openZone(name) : undefined;
}

function checkShared(place: Place, first: unknown, version: unknown): void {
  if (!isObject(first) || !isObject(version)) return;
  for (const key of SHARED) {
    const [wanted, written] = [first[key], version[key]];
    if (typeof wanted !== "string" || typeof written !== "string" || wanted === written) continue;
    fault(
      inside(place, key),
      `must be ${shown(wanted)} as in the first version, not ${shown(written)}: all versions share it`,
    );
  }
}

/** Money does not become quantity from one version to the next (R34). */
function checkBasis(place: Place, first: unknown, version: unknown): void {
  if (!isObject(first) || !isObject(version)) return;
  const [wanted, written] = [first, version].map((list) => list[BASIS] ?? "consumption");
  if (typeof wanted !== "string" || typeof written !== "string" || wanted === written) return;
  fault(
    inside(place, BASIS),
    `must be ${shown(wanted)} as in the first version, not ${shown(written)}: all versions share it`,
  );
}

/**
 * With counters of their own, periods keep their places: what one has counted would go on under another's name. More may
 * come behind.
 */
function checkPeriods(place: Place, versions: readonly unknown[]): void {
  const lists = versions.map((version) => (isObject(version) ? version : {}));
  if (!lists.some((list) => list["block_scope"] === "per_period")) return;
  const known: string[] = [];
  for (const [index, { rates }] of lists.entries()) {
    const names = isObject(rates) ? Object.keys(rates) : [];
    const moved = names.find((name, at) => known[at] !== undefined && known[at] !== name);
    if (moved === undefined) {
      known.push(...names.slice(known.length));
      continue;
    }
    fault(
      inside(inside(place, index), "rates"),
      `must begin with ${known.map(shown).join(", ")} as in the versions before, not move or rename ${shown(moved)}: with block_scope "per_period" each period goes on counting in its place`,
    );
  }
}
