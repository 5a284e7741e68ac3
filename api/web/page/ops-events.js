/** The newest cuts, restores and vends. */
import { byId, make } from "./dom.js";
import { timeText } from "./format.js";
import { wordsOf } from "./words.js";

/** Most entries of a list. */
const ENTRIES_MAX = 60;
/** Most accounts whose names are kept. */
const NAMES_MAX = 2_000;
const LISTS = { "supply.": "cuts", "vend.": "bought" };

/** @typedef {{ unit: string, site: string, currency: string }} Name */

/** The lists. */
export class Happenings {
  #api;
  /** @type {Map<string, Promise<Name>>} */
  #names = new Map();
  /** Entries come in the order of their events, however long a name takes. */
  #last = Promise.resolve();

  /** @param {import("./api.js").Api} api */
  constructor(api) {
    this.#api = api;
  }

  /** Adds an event, if it belongs here. @param {{ at: string, data: any }} message */
  add({ at, data: event }) {
    const list = Object.entries(LISTS).find(([start]) => event.type.startsWith(start))?.[1];
    if (list === undefined) return;
    const name = this.#nameOf(event.data.account_id);
    this.#last = this.#last.then(async () => write(list, entryOf(at, event, await name)));
  }

  #nameOf(/** @type {string} */ accountId) {
    const known = this.#names.get(accountId);
    if (known !== undefined) return known;
    if (this.#names.size >= NAMES_MAX) this.#names.clear();
    const asked = this.#api
      .get(`/v1/accounts/${encodeURIComponent(accountId)}`)
      .catch(() => ({ unit: accountId.slice(0, 8), site: "", currency: "" }));
    this.#names.set(accountId, asked);
    return asked;
  }
}

function entryOf(/** @type {string} */ at, /** @type {any} */ event, /** @type {Name} */ name) {
  const { text, kind } = wordsOf(event, name.currency);
  const mark = make("span", "mark");
  mark.setAttribute("aria-hidden", "true");
  const time = make("time", "", timeText(at, "minute"));
  time.setAttribute("datetime", at);
  const where = name.site === "" ? ": " : ` ${name.site}: `;
  const what = make(
    "span",
    "",
    make("strong", "", name.unit),
    make("span", "where", where),
    make("span", "what", text),
  );
  return make("li", kind, mark, what, time);
}

function write(/** @type {string} */ list, /** @type {HTMLElement} */ entry) {
  const place = byId(list);
  place.prepend(entry);
  while (place.childElementCount > ENTRIES_MAX) place.lastElementChild?.remove();
  byId(`${list}-empty`).hidden = true;
}
