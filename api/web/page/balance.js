/** A balance in an element: its number and its currency, red when it is a debt. */
import { make } from "./dom.js";
import { moneyText } from "./format.js";

/** What stands in each element. @type {WeakMap<HTMLElement, bigint>} */
const shownMicros = new WeakMap();

/**
 * Shows a balance; does nothing when it stands there already.
 * @param {HTMLElement} element
 * @param {bigint | undefined} micros
 * @param {string} currency
 * @returns {boolean} whether it rose over what stood there: falling is what balances do all day
 */
export function showBalance(element, micros, currency) {
  const text = micros === undefined ? "" : moneyText(micros, currency);
  const shown = `${text} ${currency}`;
  if (element.dataset.shown === shown) return false;
  const before = shownMicros.get(element);
  if (micros === undefined) shownMicros.delete(element);
  else shownMicros.set(element, micros);
  element.dataset.shown = shown;
  element.classList.toggle("debt", micros !== undefined && micros < 0n);
  element.replaceChildren(text === "" ? "\u2013" : text, make("span", "unit", currency));
  return before !== undefined && micros !== undefined && micros > before;
}
