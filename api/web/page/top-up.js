/** Topping up: one vend id for each purchase, kept until its receipt is here, so that trying again never pays twice. */
import { byId, make } from "./dom.js";
import { decimalsOf, microsOf, moneyText, timeText } from "./format.js";

const AMOUNTS = ["5", "10", "20", "50"];
/** Waits before a purchase without an answer is sent again, in milliseconds. */
const AGAIN_MS = [800, 2_000, 5_000];

/** The form. */
export class TopUp {
  #api;
  #onDone;
  /** @type {{ account_id: string, currency: string } | undefined} */
  #account;
  /** @type {{ id: string, body: string } | undefined} a purchase without a receipt */
  #open;

  /** @param {import("./api.js").Api} api @param {() => void} onDone */
  constructor(api, onDone) {
    this.#api = api;
    this.#onDone = onDone;
    byId("presets").replaceChildren(...AMOUNTS.map((amount) => this.#preset(amount)));
    byId("amount").addEventListener("input", markPreset);
    byId("top-up").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#buy();
    });
  }

  /** Turns to an account. @param {{ account_id: string, currency: string }} account */
  choose(account) {
    this.#account = account;
    byId("amount-currency").textContent = account.currency;
    byId("amount-label").textContent = `Amount in ${account.currency}`;
    byId("amount").value = fixed("10", account.currency);
    byId("top-up-result").replaceChildren();
    markPreset();
  }

  #preset(/** @type {string} */ amount) {
    const button = make("button", "", amount);
    button.setAttribute("type", "button");
    button.dataset.amount = amount;
    button.addEventListener("click", () => {
      byId("amount").value = fixed(amount, this.#account?.currency ?? "EUR");
      markPreset();
    });
    return button;
  }

  async #buy() {
    const account = this.#account;
    if (account === undefined) return;
    const amount = byId("amount").value.trim().replace(",", ".");
    const micros = microsOf(amount);
    if (micros === undefined || micros <= 0n) {
      say("bad", "Give an amount such as 10.00.");
      return;
    }
    const { account_id, currency } = account;
    const vend = { account_id, amount, currency, tender: { type: "cash" }, terminal_id: "web" };
    const body = JSON.stringify(vend);
    if (this.#open?.body !== body) this.#open = { id: newId(), body };
    const { id } = this.#open;
    byId("top-up-go").disabled = true;
    say("", "Sending \u2026");
    try {
      const receipt = await this.#send(id, vend);
      this.#open = undefined;
      if (this.#account === account) showReceipt(receipt);
      this.#onDone();
    } catch (error) {
      // Only a purchase whose end is not known keeps its id.
      if (!error.isRetryable) this.#open = undefined;
      const hint = error.isRetryable
        ? " Top up again to try the same purchase: it is never paid twice."
        : "";
      if (this.#account === account) say("bad", `${error.message}${hint}`, error.faults);
    } finally {
      byId("top-up-go").disabled = false;
    }
  }

  /** @returns {Promise<any>} the receipt */
  async #send(/** @type {string} */ id, /** @type {unknown} */ vend) {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#api.put(`/v1/vends/${id}`, vend);
      } catch (error) {
        const waitMs = AGAIN_MS[attempt];
        if (!error.isRetryable || waitMs === undefined) throw error;
        say("", `${error.message} Trying again \u2026`);
        await new Promise((next) => setTimeout(next, waitMs));
      }
    }
  }
}

function fixed(/** @type {string} */ amount, /** @type {string} */ currency) {
  const decimals = decimalsOf(currency);
  return decimals === 0 ? amount : `${amount}.${"0".repeat(decimals)}`;
}

function markPreset() {
  const micros = microsOf(byId("amount").value.trim().replace(",", "."));
  for (const button of byId("presets").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(micros === microsOf(button.dataset.amount ?? "")));
  }
}

/** @param {{ receipt_number?: number, vend_id: string, amount: string, currency: string, balance: string, applied_at: string }} receipt */
function showReceipt(receipt) {
  const money = (/** @type {string} */ text) =>
    `${moneyText(microsOf(text) ?? 0n, receipt.currency)}\u00a0${receipt.currency}`;
  const number =
    receipt.receipt_number === undefined ? "Receipt" : `Receipt ${receipt.receipt_number}`;
  byId("top-up-result").replaceChildren(
    make(
      "div",
      "note good",
      make("strong", "", `${number}: ${money(receipt.amount)} topped up`),
      make(
        "span",
        "small",
        `Balance then ${money(receipt.balance)}, ${timeText(receipt.applied_at, "full")}. Vend ${receipt.vend_id}`,
      ),
    ),
  );
}

function say(
  /** @type {string} */ kind,
  /** @type {string} */ text,
  /** @type {string[]} */ faults = [],
) {
  const lines = faults.map((fault) => make("span", "small", fault));
  byId("top-up-result").replaceChildren(make("div", `note ${kind}`, text, ...lines));
}

/** A UUID, also where the page was not opened over a secure address. */
function newId() {
  if (crypto.randomUUID !== undefined) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
