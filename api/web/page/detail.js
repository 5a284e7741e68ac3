/** The chosen account: its balance, its consumption, and what can be done with it. */
import { showBalance } from "./balance.js";
import { ConsumptionChart } from "./chart.js";
import { byId, setText } from "./dom.js";
import { daysText, microsOf, quantityText, timeText } from "./format.js";
import { Supply } from "./supply.js";
import { badge } from "./table.js";
import { TopUp } from "./top-up.js";
import { creditWords, serviceName, supplyWords } from "./words.js";

/** Between two readings of the balance, in milliseconds. */
const BALANCE_MS = 2_000;
/** The chart is read with every n-th balance. */
const CHART_EVERY = 3;

/** The panel. On narrow windows it lies over the page. */
export class Detail {
  #api;
  #accounts;
  #onClose;
  #chart;
  #topUp;
  #supply;
  #accountId = "";
  #turn = 0;

  /**
   * @param {import("./api.js").Api} api
   * @param {import("./accounts.js").Accounts} accounts
   * @param {(accountId: string) => void} onClose
   */
  constructor(api, accounts, onClose) {
    this.#api = api;
    this.#accounts = accounts;
    this.#onClose = onClose;
    this.#chart = new ConsumptionChart(api);
    this.#topUp = new TopUp(api, () => void this.#read());
    this.#supply = new Supply(api);
    byId("detail-close").addEventListener("click", () => this.#close());
    document.addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && isOverPage() && byId("detail").classList.contains("open"))
        this.#close();
    });
    setInterval(() => void this.#tick(), BALANCE_MS);
  }

  /** Turns to an account. @param {string} accountId @param {boolean} [isOpened] whether a person chose it */
  choose(accountId, isOpened = true) {
    const account = this.#accounts.byId.get(accountId);
    if (account === undefined) return;
    if (isOpened) byId("detail").classList.add("open");
    if (accountId !== this.#accountId) this.#turnTo(account);
    if (isOpened && isOverPage()) byId("detail-title").focus();
  }

  /** Shows what is known of the account from the list and from events. */
  show() {
    const account = this.#accounts.byId.get(this.#accountId);
    if (account === undefined) return;
    showBalance(byId("d-balance"), account.micros, account.currency);
    badge(byId("d-credit"), creditWords(account.credit_status));
    const supply = supplyWords(account.supply_state);
    badge(byId("d-supply"), {
      ...supply,
      text: supply.text && `Supply ${supply.text.toLowerCase()}`,
    });
    this.#supply.show(account.supply_state);
  }

  #turnTo(/** @type {import("./accounts.js").Account} */ account) {
    this.#accountId = account.account_id;
    byId("detail-empty").hidden = true;
    byId("detail-body").hidden = false;
    byId("detail").scrollTop = 0;
    setText(byId("detail-title"), account.unit ?? account.unit_id);
    const where = [
      account.site,
      serviceName(account.service),
      account.meter_serial && `meter ${account.meter_serial}`,
    ];
    setText(byId("detail-where"), where.filter(Boolean).join(" \u00b7 "));
    for (const id of ["d-days", "d-register", "d-read"]) setText(byId(id), "\u2013");
    this.#chart.choose(account.account_id, account.currency);
    this.#topUp.choose(account);
    this.#supply.choose(account.account_id);
    this.show();
    void this.#read();
    void this.#chart.read();
  }

  async #tick() {
    if (this.#accountId === "" || document.hidden) return;
    await this.#read();
    if (++this.#turn % CHART_EVERY === 0) await this.#chart.read();
  }

  async #read() {
    const accountId = this.#accountId;
    let state;
    try {
      state = await this.#api.get(`/v1/accounts/${accountId}/balance`);
    } catch {
      // The list tells of trouble; the last figures stand with their time.
      return;
    }
    const account = this.#accounts.byId.get(accountId);
    if (accountId !== this.#accountId || account === undefined) return;
    Object.assign(account, {
      micros: microsOf(state.balance),
      supply_state: state.supply_state,
      credit_status: state.credit_status,
    });
    setText(byId("d-days"), daysText(state.days_left ?? null));
    const reading = state.last_reading;
    setText(byId("d-register"), reading ? quantityText(reading.register, reading.unit) : "\u2013");
    setText(byId("d-read"), reading ? timeText(reading.at, "minute") : "\u2013");
    this.show();
  }

  #close() {
    byId("detail").classList.remove("open");
    this.#onClose(this.#accountId);
  }
}

function isOverPage() {
  return matchMedia("(max-width: 1059px)").matches;
}
