/** What an event says, in a few words, and how much it matters. */
import { moneyText } from "./format.js";

/**
 * @typedef {{ text: string, kind: "" | "low" | "bad" | "good" }} Words
 * @typedef {{ type: string, data: Record<string, any> }} Event
 */

/** @type {Record<string, (data: Record<string, any>, money: (micros: string) => string) => Words>} */
const WORDS = {
  "account.opened": () => plain("account opened"),
  "vend.applied": (data, money) =>
    good(`topped up ${money(data.amount_micros)}, balance ${money(data.balance_micros)}`),
  "account.adjusted": (data, money) =>
    plain(`adjusted by ${money(data.amount_micros)}, balance ${money(data.balance_micros)}`),
  "credit.low": (data, money) => low(`low credit, ${money(data.balance_micros)} left`),
  "credit.recovered": (data, money) => good(`credit is back, ${money(data.balance_micros)}`),
  "supply.cut_requested": (data) => bad(`cut asked for ${because(data)}`),
  "supply.restore_requested": (data) => plain(`restore asked for ${because(data)}`),
  "supply.executed": (data) => executed(data.supply_state),
  "supply.failed": () => bad("the relay did not obey"),
  "supply.disagreed": (data) =>
    bad(`the meter says ${data.supply_state ?? "otherwise"}: not what was asked`),
  "reading.quarantined": (data) => low(`reading held back: ${data.verdict ?? "in doubt"}`),
  "reading.rollover": () => plain("the register rolled over"),
  "meter.clock_drift": (data) => low(`the meter's clock is off by ${data.drift_s ?? "?"}\u00a0s`),
  "meter.exchanged": () => plain("meter exchanged"),
  "meter.tampered": () => bad("tampering reported"),
  "tariff.activated": () => plain("new prices in force"),
  "cycle.started": () => plain("a new billing cycle began"),
};

const plain = (/** @type {string} */ text) => ({ text, kind: /** @type {const} */ ("") });
const low = (/** @type {string} */ text) => ({ text, kind: /** @type {const} */ ("low") });
const bad = (/** @type {string} */ text) => ({ text, kind: /** @type {const} */ ("bad") });
const good = (/** @type {string} */ text) => ({ text, kind: /** @type {const} */ ("good") });

function because(/** @type {Record<string, any>} */ data) {
  if (data.cause === "manual") return "by hand";
  return "by the engine";
}

function executed(/** @type {string | undefined} */ state) {
  if (state === "disconnected") return bad("supply is cut");
  if (state === "connected") return good("supply is on");
  return plain(`supply is ${state ?? "unknown"}`);
}

/** @param {Event} event @param {string} currency @returns {Words} */
export function wordsOf(event, currency) {
  const money = (/** @type {string} */ micros) => {
    const value = /^-?\d+$/.test(micros ?? "") ? BigInt(micros) : 0n;
    return `${moneyText(value, currency)}\u00a0${currency}`.trim();
  };
  return WORDS[event.type]?.(event.data, money) ?? plain(event.type);
}

/** How a credit status is shown. @param {string | null} status */
export function creditWords(status) {
  if (status === "low") return { text: "Low", className: "badge low" };
  if (status === "exhausted") return { text: "No credit", className: "badge bad" };
  if (status === "ok") return { text: "In credit", className: "badge plain" };
  return { text: "", className: "badge plain" };
}

/** How a supply state is shown. @param {string | null} state */
export function supplyWords(state) {
  if (state === "disconnected") return { text: "Cut", className: "badge cut" };
  if (state === "limited") return { text: "Limited", className: "badge low" };
  if (state === "connected") return { text: "On", className: "badge on" };
  if (state === "unknown") return { text: "Not reported", className: "badge plain" };
  return { text: "", className: "badge plain" };
}

/** The name of a service. @param {string} service */
export function serviceName(service) {
  return service.charAt(0).toUpperCase() + service.slice(1);
}
