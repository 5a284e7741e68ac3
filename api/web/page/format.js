/** Money, quantities and times as people read them. All numbers arrive as exact decimal texts and stay texts. */

const SCALE = 6;
const wholeFormat = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const decimalMark =
  new Intl.NumberFormat().formatToParts(1.5).find(({ type }) => type === "decimal")?.value ?? ".";

/** The whole number of 10^-6 in a decimal text; undefined when it is none. @param {string} text */
export function microsOf(text) {
  const match = /^(-?)(\d{1,19})(?:\.(\d{1,6})0*)?$/.exec(text);
  if (match === null) return undefined;
  const digits = BigInt(match[2] + (match[3] ?? "").padEnd(SCALE, "0"));
  return match[1] === "-" ? -digits : digits;
}

/** Decimals of a currency. @param {string} currency */
export function decimalsOf(currency) {
  try {
    const options = { style: "currency", currency };
    return new Intl.NumberFormat(undefined, options).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/**
 * An amount for people: floored at the currency's decimals, so that a credit never looks larger than it is, nor a debt
 * smaller.
 * @param {bigint} micros
 * @param {string} currency
 */
export function moneyText(micros, currency) {
  const decimals = decimalsOf(currency);
  const step = 10n ** BigInt(SCALE - decimals);
  const floored = micros >= 0n ? micros / step : -((-micros + step - 1n) / step);
  return fixedText(floored, decimals);
}

/** Digits with a point before the last `decimals`, as this locale writes them. */
function fixedText(/** @type {bigint} */ value, /** @type {number} */ decimals) {
  const size = value < 0n ? -value : value;
  const unit = 10n ** BigInt(decimals);
  const fraction =
    decimals === 0 ? "" : decimalMark + (size % unit).toString().padStart(decimals, "0");
  return `${value < 0n ? "\u2212" : ""}${wholeFormat.format(size / unit)}${fraction}`;
}

/** A quantity with its unit; decimals beyond the third are cut. @param {string} text @param {string} unit */
export function quantityText(text, unit) {
  const [whole = "0", fraction = ""] = text.split(".");
  const shown = fraction.slice(0, 3).replace(/0+$/, "");
  return `${wholeFormat.format(BigInt(whole))}${shown === "" ? "" : decimalMark + shown}\u00a0${unit}`;
}

/** A count. @param {number} value */
export function countText(value) {
  return wholeFormat.format(value);
}

const formats = {
  second: new Intl.DateTimeFormat(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }),
  minute: new Intl.DateTimeFormat(undefined, {
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
  }),
  day: new Intl.DateTimeFormat(undefined, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
  }),
  full: new Intl.DateTimeFormat(undefined, {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  }),
  hour: new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" }),
};

/** A time in this browser's zone. @param {number | string} time @param {keyof typeof formats} how */
export function timeText(time, how) {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "\u2013" : formats[how].format(date);
}

/** The name of this browser's zone, as `Europe/Madrid`. */
export function zoneName() {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone ?? "local time";
}

/** Days as people say them. @param {number | null} days */
export function daysText(days) {
  if (days === null) return "\u2013";
  if (days === 0) return "used up";
  if (days < 1) return `${Math.max(1, Math.floor(days * 24))}\u00a0h`;
  return `${days < 10 ? days.toFixed(1) : countText(Math.floor(days))}\u00a0days`;
}
