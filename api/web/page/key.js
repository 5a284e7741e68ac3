/** The key: out of the address (`#key=…`) or asked for, kept in this tab only. */
import { Api, Refusal } from "./api.js";
import { byId } from "./dom.js";

const STORED = "drawdown.key";

/** Gives an Api whose key was found good; asks for a key until there is one. @returns {Promise<Api>} */
export async function openApi() {
  const key = takeFromAddress() ?? sessionStorage.getItem(STORED);
  const api = key === null ? undefined : await tried(key);
  return api instanceof Api ? api : askedFor(api ?? "");
}

/** Forgets the key and begins anew. */
export function forgetKey() {
  sessionStorage.removeItem(STORED);
  location.reload();
}

function takeFromAddress() {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  if (key === null) return null;
  history.replaceState(null, "", location.pathname + location.search);
  return key;
}

/** An Api, or why there is none. @param {string} key @returns {Promise<Api | string>} */
async function tried(key) {
  const api = new Api(key);
  try {
    await api.get("/v1/accounts?limit=1");
  } catch (error) {
    const isBad = error instanceof Refusal && (error.status === 401 || error.status === 403);
    // A server that is not ready is no reason to ask for the key again: the page says so by itself.
    if (isBad) return `This key was not taken. ${error.message}`;
  }
  sessionStorage.setItem(STORED, key);
  return api;
}

/** @param {string} problem @returns {Promise<Api>} */
function askedFor(problem) {
  const dialog = /** @type {HTMLDialogElement} */ (/** @type {unknown} */ (byId("key-dialog")));
  const input = byId("key");
  byId("key-problem").textContent = problem;
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.showModal();
  return new Promise((resolve) => {
    byId("key-form").addEventListener("submit", async (event) => {
      event.preventDefault();
      const key = input.value.trim();
      if (key === "") return;
      byId("key-go").disabled = true;
      const api = await tried(key);
      byId("key-go").disabled = false;
      if (api instanceof Api) {
        dialog.close();
        resolve(api);
      } else byId("key-problem").textContent = api;
    });
  });
}
