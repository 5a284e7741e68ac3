/** Events as they happen, newest first. */
import { byId, make } from "./dom.js";
import { countText, timeText } from "./format.js";
import { wordsOf } from "./words.js";

/** Most entries that are kept. */
const ENTRIES_MAX = 250;
/** Between two writings of the list, in milliseconds: events may come in hundreds. */
const WRITE_MS = 200;

/** The feed over the accounts. */
export class Feed {
  #accounts;
  #onChoose;
  /** @type {HTMLElement[]} */
  #waiting = [];
  #timer = 0;

  /** @param {import("./accounts.js").Accounts} accounts @param {(accountId: string) => void} onChoose */
  constructor(accounts, onChoose) {
    this.#accounts = accounts;
    this.#onChoose = onChoose;
    byId("feed-alerts").addEventListener("input", ({ target }) => {
      byId("feed").classList.toggle("alerts", /** @type {HTMLInputElement} */ (target).checked);
    });
    byId("feed").addEventListener("click", ({ target }) => {
      const id = /** @type {Element} */ (target).closest("button")?.dataset.id;
      if (id !== undefined) this.#onChoose(id);
    });
  }

  /** Adds an event. @param {{ seq: number, at: string, data: any }} message */
  add({ at, data: event }) {
    const account = this.#accounts.byId.get(event.data.account_id);
    const { text, kind } = wordsOf(event, account?.currency ?? "");
    const name = make("button", "account", account?.unit ?? "An account");
    name.setAttribute("type", "button");
    name.dataset.id = event.data.account_id;
    const where = account === undefined ? "" : ` ${account.site ?? ""} ${account.service}`;
    const time = make("time", "", timeText(at, "minute"));
    time.setAttribute("datetime", at);
    time.title = timeText(at, "full");
    const mark = make("span", "mark");
    mark.setAttribute("aria-hidden", "true");
    this.#write(
      make(
        "li",
        kind,
        mark,
        make("span", "", name, make("span", "where", `${where}: `), make("span", "what", text)),
        time,
      ),
    );
  }

  /** Says that events are missing. @param {number} count */
  gap(count) {
    this.#write(
      make(
        "li",
        "gap",
        `${countText(count)} events left out here: they came faster than this page reads.`,
      ),
    );
  }

  #write(/** @type {HTMLElement} */ entry) {
    this.#waiting.push(entry);
    if (this.#waiting.length > ENTRIES_MAX) this.#waiting.shift();
    if (this.#timer === 0) this.#timer = setTimeout(() => this.#flush(), WRITE_MS);
  }

  #flush() {
    this.#timer = 0;
    const list = byId("feed");
    const isAtTop = list.scrollTop < 8;
    const before = list.scrollHeight;
    list.prepend(...this.#waiting.reverse());
    this.#waiting = [];
    while (list.childElementCount > ENTRIES_MAX) list.lastElementChild?.remove();
    // Whoever reads further down keeps the place.
    if (!isAtTop) list.scrollTop += list.scrollHeight - before;
    byId("feed-empty").hidden = true;
  }
}
