/** The table of accounts: filtered, sorted, and changed only where something changed. */
import { showBalance } from "./balance.js";
import { byId, icon, make, setText } from "./dom.js";
import { countText } from "./format.js";
import { creditWords, serviceName, supplyWords } from "./words.js";

/** Most rows that are shown. */
const ROWS_MAX = 1_000;
/** Rows that a narrow window shows at first, and with each further asking. */
const ROWS_NARROW = 40;

/**
 * @typedef {import("./accounts.js").Account} Account
 * @typedef {{ row: HTMLElement, name: HTMLElement, site: HTMLElement, meter: HTMLElement, balance: HTMLElement,
 *   credit: HTMLElement, supply: HTMLElement, service: string }} Row
 */

const CREDIT_ORDER = ["exhausted", "low", "ok"];
const SUPPLY_ORDER = ["disconnected", "limited", "unknown", "connected"];
const collator = new Intl.Collator(undefined, { numeric: true });

/** @type {Record<string, (a: Account, b: Account) => number>} */
const ORDERS = {
  unit: (a, b) =>
    collator.compare(`${a.unit} ${a.site}`, `${b.unit} ${b.site}`) ||
    collator.compare(a.service, b.service),
  meter: (a, b) => collator.compare(a.meter_serial ?? "", b.meter_serial ?? ""),
  balance: (a, b) => compare(a.micros ?? 0n, b.micros ?? 0n),
  credit: (a, b) =>
    CREDIT_ORDER.indexOf(a.credit_status ?? "") - CREDIT_ORDER.indexOf(b.credit_status ?? ""),
  supply: (a, b) =>
    SUPPLY_ORDER.indexOf(a.supply_state ?? "") - SUPPLY_ORDER.indexOf(b.supply_state ?? ""),
};

/** @type {Record<string, (account: Account) => boolean>} */
const FILTERS = {
  all: () => true,
  low: ({ credit_status }) => credit_status === "low",
  exhausted: ({ credit_status }) => credit_status === "exhausted",
  disconnected: ({ supply_state }) => supply_state === "disconnected",
};

/** The table over the accounts. */
export class AccountTable {
  #accounts;
  #onChoose;
  /** @type {Map<string, Row>} */
  #rows = new Map();
  #filter = "all";
  #sort = { by: "balance", isDown: false };
  #isHeld = false;
  #rowsNarrow = ROWS_NARROW;
  #chosen = "";

  /** @param {import("./accounts.js").Accounts} accounts @param {(accountId: string) => void} onChoose */
  constructor(accounts, onChoose) {
    this.#accounts = accounts;
    this.#onChoose = onChoose;
    byId("find").addEventListener("input", () => this.show(true));
    byId("service").addEventListener("input", () => this.show(true));
    for (const button of document.querySelectorAll("[data-filter]")) {
      button.addEventListener("click", () =>
        this.#setFilter(button.getAttribute("data-filter") ?? "all"),
      );
    }
    for (const button of document.querySelectorAll("[data-sort]")) {
      button.addEventListener("click", () =>
        this.#setSort(button.getAttribute("data-sort") ?? "balance"),
      );
    }
    const body = byId("rows");
    body.addEventListener("click", (event) => {
      const id = /** @type {Element} */ (event.target).closest("tr")?.dataset.id;
      if (id !== undefined) this.#onChoose(id);
    });
    // Moving a row would start what ended there again.
    body.addEventListener("animationend", ({ target }) => {
      /** @type {Element} */ (target).classList.remove("changed");
    });
    // Rows do not move away under a pointer or a focus.
    body.addEventListener("pointerenter", (event) => this.#hold(event.pointerType === "mouse"));
    body.addEventListener("pointerleave", () => this.#hold(false));
    body.addEventListener("focusin", (event) =>
      this.#hold(/** @type {Element} */ (event.target).matches(":focus-visible")),
    );
    body.addEventListener("focusout", () => this.#hold(false));
    byId("more").addEventListener("click", () => {
      this.#rowsNarrow += ROWS_NARROW;
      this.show(true);
    });
    keepRoles(byId("table"));
    this.#markSort();
  }

  /** Marks the chosen row. @param {string} accountId */
  choose(accountId) {
    this.#rows.get(this.#chosen)?.row.setAttribute("aria-selected", "false");
    this.#chosen = accountId;
    this.#rows.get(accountId)?.row.setAttribute("aria-selected", "true");
  }

  /** Puts the focus on a row again. @param {string} accountId */
  focus(accountId) {
    this.#rows.get(accountId)?.row.querySelector("button")?.focus({ preventScroll: true });
  }

  /** The first account shown. @returns {string | undefined} */
  first() {
    return /** @type {HTMLElement | null} */ (byId("rows").firstElementChild)?.dataset.id;
  }

  /** Brings the table up to the accounts. @param {boolean} [isAsked] whether a person changed what is shown */
  show(isAsked = false) {
    const wanted = this.#wanted();
    const shown = wanted.slice(0, isNarrow() ? Math.min(this.#rowsNarrow, ROWS_MAX) : ROWS_MAX);
    for (const account of shown) this.#fill(this.#rowOf(account), account);
    this.#place(shown, isAsked);
    const total = this.#accounts.byId.size;
    const isAll = shown.length === total && !this.#accounts.isCutShort;
    const more = this.#accounts.isCutShort ? "+" : "";
    setText(
      byId("shown"),
      total === 0 || isAll ? "" : `${countText(shown.length)} of ${countText(total)}${more}`,
    );
    byId("empty").hidden = shown.length > 0;
    if (total > 0) setText(byId("empty"), "No account fits what is asked for.");
    byId("more").hidden = shown.length === wanted.length || !isNarrow();
    this.#offerServices();
  }

  #wanted() {
    const words = byId("find").value.toLowerCase().split(/\s+/).filter(Boolean);
    const service = byId("service").value;
    const passes = FILTERS[this.#filter] ?? (() => true);
    const { by, isDown } = this.#sort;
    const order = ORDERS[by] ?? compare;
    const wanted = [...this.#accounts.byId.values()].filter(
      (account) =>
        passes(account) &&
        (service === "" || account.service === service) &&
        words.every((word) => account.words.includes(word)),
    );
    return wanted.sort(
      (a, b) => (isDown ? -order(a, b) : order(a, b)) || compare(a.account_id, b.account_id),
    );
  }

  /** Moves only rows that are not where they belong; while held, only takes away and adds. */
  #place(/** @type {Account[]} */ shown, /** @type {boolean} */ isAsked) {
    const body = byId("rows");
    const ids = new Set(shown.map(({ account_id }) => account_id));
    for (const [id, { row }] of this.#rows) {
      if (ids.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    if (this.#isHeld && !isAsked && body.childElementCount === shown.length) return;
    let next = body.firstElementChild;
    for (const { account_id } of shown) {
      const row = this.#rows.get(account_id)?.row;
      if (row === undefined) continue;
      if (row === next) next = next.nextElementSibling;
      else body.insertBefore(row, next);
    }
  }

  #rowOf(/** @type {Account} */ account) {
    const there = this.#rows.get(account.account_id);
    if (there !== undefined) return there;
    const row = make("tr");
    row.dataset.id = account.account_id;
    row.setAttribute("aria-selected", String(account.account_id === this.#chosen));
    const name = make("span", "who-unit");
    const site = make("span", "who-site");
    const who = make("button", "who", icon(account.service), make("span", "who-text", name, site));
    who.setAttribute("type", "button");
    const head = make("th", "", who);
    head.setAttribute("scope", "row");
    const meter = make("td", "c-meter");
    const balance = make("td", "c-balance");
    const credit = make("span");
    const supply = make("span");
    const creditCell = make("td", "c-credit", credit);
    const supplyCell = make("td", "c-supply", supply);
    row.append(head, meter, balance, creditCell, supplyCell);
    keepRoles(row);
    const made = {
      row,
      name,
      site,
      meter,
      balance,
      credit,
      supply,
      service: serviceName(account.service),
    };
    this.#rows.set(account.account_id, made);
    return made;
  }

  #fill(/** @type {Row} */ row, /** @type {Account} */ account) {
    setText(row.name, account.unit ?? account.unit_id);
    setText(row.site, [account.site, row.service].filter(Boolean).join(" \u00b7 "));
    setText(row.meter, account.meter_serial ?? "\u2013");
    const hasRisen = showBalance(row.balance, account.micros, account.currency);
    if (hasRisen) flash(row.balance);
    badge(row.credit, creditWords(account.credit_status));
    badge(row.supply, supplyWords(account.supply_state));
  }

  #setFilter(/** @type {string} */ filter) {
    this.#filter = filter;
    for (const button of document.querySelectorAll("[data-filter]")) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-filter") === filter));
    }
    this.show(true);
  }

  #setSort(/** @type {string} */ by) {
    this.#sort = { by, isDown: this.#sort.by === by && !this.#sort.isDown };
    this.#markSort();
    this.show(true);
  }

  #markSort() {
    for (const button of document.querySelectorAll("[data-sort]")) {
      const isBy = button.getAttribute("data-sort") === this.#sort.by;
      const way = this.#sort.isDown ? "descending" : "ascending";
      button.closest("th")?.setAttribute("aria-sort", isBy ? way : "none");
    }
  }

  #hold(/** @type {boolean} */ isHeld) {
    this.#isHeld = isHeld;
  }

  #offerServices() {
    const select = /** @type {HTMLSelectElement} */ (/** @type {unknown} */ (byId("service")));
    const services = [
      ...new Set([...this.#accounts.byId.values()].map(({ service }) => service)),
    ].sort();
    const offered = services.join();
    if (select.dataset.offered === offered) return;
    select.dataset.offered = offered;
    const { value } = select;
    const options = services.map((service) => {
      const option = make("option", "", serviceName(service));
      option.setAttribute("value", service);
      return option;
    });
    select.replaceChildren(...[...select.children].slice(0, 1), ...options);
    select.value = value;
  }
}

function compare(/** @type {bigint | string} */ a, /** @type {bigint | string} */ b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** @type {Record<string, string>} */
const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };

/** Narrow windows lay rows out as grids, after which some browsers would no longer tell of a table. */
function keepRoles(/** @type {HTMLElement} */ top) {
  for (const element of [top, ...top.querySelectorAll("thead, tbody, tr, th, td")]) {
    const heading = element.getAttribute("scope") === "col" ? "columnheader" : "rowheader";
    element.setAttribute("role", ROLES[element.tagName] ?? heading);
  }
}

function isNarrow() {
  return matchMedia("(max-width: 1059px)").matches;
}

function flash(/** @type {HTMLElement} */ cell) {
  if (document.hidden) return;
  cell.classList.remove("changed");
  requestAnimationFrame(() => cell.classList.add("changed"));
}

/** Shows a badge. @param {HTMLElement} element @param {{ text: string, className: string }} words */
export function badge(element, { text, className }) {
  setText(element, text);
  if (element.className !== className) element.className = className;
}
