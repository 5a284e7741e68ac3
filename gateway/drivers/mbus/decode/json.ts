/**
 * A telegram as the JSON of `drawdown mbus decode --json`.
 */
import { formatDecimal } from "./decimal.ts";
import type { MeterHeader } from "./header.ts";
import type { DataRecord } from "./records.ts";

/** A record as JSON; `value` is null where the bytes are no value, and `fault` then says why. */
export type RecordJson = {
  value: string | null;
  unit: string;
  quantity: string;
  function: string;
  storage: number;
  tariff: number;
  subunit: number;
  qualifiers?: readonly string[];
  fault?: string;
};

/** A telegram, or several of one meter, as JSON. */
export type TelegramJson = {
  id: string;
  manufacturer: string | null;
  version: number | null;
  medium: string;
  status: number;
  access_number: number;
  records: RecordJson[];
};

const FUNCTION_NAMES: Readonly<Record<DataRecord["function"], string>> = {
  instantaneous: "Instantaneous value",
  maximum: "Maximum value",
  minimum: "Minimum value",
  error: "Value during error state",
  manufacturer: "Manufacturer specific",
  more: "More records follow",
};

/** Header and records as JSON. */
export function telegramJson(header: MeterHeader, records: readonly DataRecord[]): TelegramJson {
  const { id, manufacturer, version, medium, status, accessNumber } = header;
  const meter = { id, manufacturer, version, medium, status, access_number: accessNumber };
  return { ...meter, records: records.map(recordJson) };
}

/** One record as JSON. What extensions add is in the quantity too, so that import and export never look alike. */
export function recordJson(record: DataRecord): RecordJson {
  const { qualifiers, value } = record;
  const remarks = qualifiers.length === 0 ? "" : ` (${qualifiers.join(", ")})`;
  return {
    value: valueText(record),
    unit: record.unit,
    quantity: `${record.quantity}${remarks}`,
    function: FUNCTION_NAMES[record.function],
    storage: record.storage,
    tariff: record.tariff,
    subunit: record.subunit,
    ...(qualifiers.length > 0 && { qualifiers }),
    ...(value.kind === "refused" && { fault: value.reason }),
  };
}

function valueText({ value }: DataRecord): string | null {
  switch (value.kind) {
    case "none":
      return "";
    case "number":
      return formatDecimal(value.number);
    case "refused":
      return null;
    case "text":
    case "time":
    case "bytes":
      return value.text;
  }
}
