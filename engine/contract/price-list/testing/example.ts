/**
 * A price list with one of everything, for tests to copy and spoil.
 */

/**
 * The example with values put at JSON pointers: `{ "/currency": "eur" }`. Undefined takes the member out; "-" as the last
 * step appends to an array.
 */
export function exampleWith(changes: Record<string, unknown> = {}): unknown {
  const list: unknown = JSON.parse(EXAMPLE_TEXT);
  for (const [pointer, value] of Object.entries(changes)) put(list, pointer, value);
  return list;
}

function put(list: unknown, pointer: string, value: unknown): void {
  const steps = pointer.slice(1).split("/");
  const last = steps.pop() ?? "";
  let at = list as Record<string, unknown>;
  for (const step of steps) at = at[step] as Record<string, unknown>;
  if (Array.isArray(at) && last === "-") at.push(value);
  else if (value === undefined) delete at[last];
  else at[last] = value;
}

/** The example's text. */
export const EXAMPLE_TEXT = `{ "name": "Residential day/night", "service": "electricity", "unit": "kWh", "currency": "EUR", "timezone": "Europe/Madrid",
  "cycle": { "every": "month", "start_day": 1 }, "block_scope": "all",
  "seasons": [ { "name": "winter", "from": "11-01", "to": "03-31" }, { "name": "summer", "from": "04-01", "to": "10-31" } ],
  "special_days": [ { "date": "2026-12-25", "as": "sun" }, { "date": "*-01-01", "as": "sun" } ],
  "schedule": [
    { "season": "winter", "days": ["mon","tue","wed","thu","fri"], "at": { "00:00": "offpeak", "08:00": "flat", "18:00": "peak", "22:00": "flat" } },
    { "season": "summer", "days": ["mon","tue","wed","thu","fri"], "at": { "00:00": "offpeak", "08:00": "flat", "11:00": "peak", "15:00": "flat" } },
    { "days": ["sat","sun"], "at": { "00:00": "offpeak" } } ],
  "rates": { "peak": [ { "from": "0", "price": "0.2412" }, { "from": "150", "price": "0.2890" } ],
             "flat": [ { "from": "0", "price": "0.1780" } ], "offpeak": [ { "from": "0", "price": "0.1105" } ] },
  "charges": [ { "name": "standing", "every": "day", "amount": "0.3170" } ],
  "taxes": [ { "name": "VAT", "rate": "0.21" } ] }`;
