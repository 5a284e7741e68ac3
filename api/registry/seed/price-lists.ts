/**
 * Price lists that a simulated field starts with: electricity by time of use and blocks, water by blocks, heat flat.
 */
import type { Service } from "../../../engine/contract/services.ts";

const NIGHT_TO_MORNING = { "00:00": "offpeak", "08:00": "flat" };

const electricity = {
  name: "Household electricity, day and night",
  service: "electricity",
  unit: "kWh",
  currency: "EUR",
  timezone: "Europe/Madrid",
  cycle: { every: "month", start_day: 1 },
  block_scope: "all",
  seasons: [
    { name: "winter", from: "11-01", to: "03-31" },
    { name: "summer", from: "04-01", to: "10-31" },
  ],
  special_days: [
    { date: "*-01-01", as: "sun" },
    { date: "*-12-25", as: "sun" },
  ],
  schedule: [
    {
      season: "winter",
      days: ["mon", "tue", "wed", "thu", "fri"],
      at: { ...NIGHT_TO_MORNING, "18:00": "peak", "22:00": "flat" },
    },
    {
      season: "summer",
      days: ["mon", "tue", "wed", "thu", "fri"],
      at: { ...NIGHT_TO_MORNING, "11:00": "peak", "15:00": "flat" },
    },
    { days: ["sat", "sun"], at: { "00:00": "offpeak" } },
  ],
  rates: {
    peak: [
      { from: "0", price: "0.2412" },
      { from: "150", price: "0.2890" },
    ],
    flat: [
      { from: "0", price: "0.1780" },
      { from: "150", price: "0.2140" },
    ],
    offpeak: [{ from: "0", price: "0.1105" }],
  },
  charges: [{ name: "standing", every: "day", amount: "0.3170" }],
  taxes: [{ name: "VAT", rate: "0.21" }],
};

const water = {
  name: "Household water, rising blocks",
  service: "water",
  unit: "m³",
  currency: "EUR",
  timezone: "Europe/Madrid",
  cycle: { every: "month", start_day: 1 },
  block_scope: "all",
  rates: {
    all: [
      { from: "0", price: "0.6200" },
      { from: "6", price: "1.2400" },
      { from: "15", price: "2.1800" },
    ],
  },
  charges: [{ name: "standing", every: "day", amount: "0.1240" }],
  taxes: [{ name: "VAT", rate: "0.10" }],
};

const heating = {
  name: "District heat",
  service: "heating",
  unit: "kWh",
  currency: "EUR",
  timezone: "Europe/Madrid",
  cycle: { every: "month", start_day: 1 },
  block_scope: "all",
  rates: { all: [{ from: "0", price: "0.0925" }] },
  charges: [{ name: "capacity", every: "day", amount: "0.2600" }],
  taxes: [{ name: "VAT", rate: "0.21" }],
};

/** The text of each service's list. */
export const SEED_PRICE_LISTS: ReadonlyMap<Service, string> = new Map([
  ["electricity", JSON.stringify(electricity)],
  ["water", JSON.stringify(water)],
  ["heating", JSON.stringify(heating)],
]);

/** The zone of the sites. */
export const SEED_TIMEZONE = "Europe/Madrid";
/** The lists begin before any meter of a simulated field did. */
export const SEED_EFFECTIVE_FROM = new Date("2020-01-01T00:00:00Z");
