/** Cutting and restoring by hand: asked twice for a cut, and followed until the meter has answered. */
import { byId, make, setText } from "./dom.js";

/** States of a command that are passed one after the other (R77), and those that it can end in. */
const STEPS = ["requested", "sent", "acknowledged", "executed"];
const ENDS = ["executed", "failed", "expired"];
/** Between two looks at a command, and how long it is looked at, in milliseconds. */
const LOOK_MS = 1_000;
const LOOK_MS_MAX = 90_000;

/** The two buttons and what comes of them. */
export class Supply {
  #api;
  #accountId = "";
  /** @type {"cut" | "restore"} */
  #action = "cut";

  /** @param {import("./api.js").Api} api */
  constructor(api) {
    this.#api = api;
    byId("cut").addEventListener("click", () => this.#ask("cut"));
    byId("restore").addEventListener("click", () => this.#ask("restore"));
    byId("confirm-no").addEventListener("click", () => this.#fold());
    byId("confirm").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#send();
    });
  }

  /** Turns to an account. @param {string} accountId */
  choose(accountId) {
    this.#accountId = accountId;
    byId("confirm").hidden = true;
    byId("supply-result").replaceChildren();
  }

  /** Offers what makes sense in a state; both stay possible. @param {string | null} state */
  show(state) {
    byId("cut").classList.toggle("quiet", state === "disconnected");
    byId("restore").classList.toggle("primary", state === "disconnected");
  }

  #ask(/** @type {"cut" | "restore"} */ action) {
    this.#action = action;
    const isCut = action === "cut";
    setText(byId("confirm-label"), isCut ? "Why is supply cut?" : "Why is supply restored?");
    byId("reason").value = "Asked for by the operator";
    setText(byId("confirm-go"), isCut ? "Cut now" : "Restore now");
    byId("confirm-go").className = isCut ? "danger solid" : "primary";
    byId("confirm").hidden = false;
    byId("confirm-go").focus();
  }

  #fold() {
    byId("confirm").hidden = true;
    byId(this.#action).focus();
  }

  async #send() {
    const reason = byId("reason").value.trim();
    const accountId = this.#accountId;
    const action = this.#action;
    if (reason === "") return say("bad", "Give a reason: it is kept with the command.");
    byId("confirm-go").disabled = true;
    try {
      const accepted = await this.#api.post("/v1/supply-commands", {
        account_id: accountId,
        action,
        reason,
      });
      byId("confirm").hidden = true;
      const [command] = accepted.items ?? [accepted];
      if (this.#accountId === accountId) await this.#follow(command, accountId);
    } catch (error) {
      if (this.#accountId === accountId) say("bad", error.message, error.faults);
    } finally {
      byId("confirm-go").disabled = false;
    }
  }

  /** Looks at the command until it has ended. */
  async #follow(/** @type {any} */ command, /** @type {string} */ accountId) {
    byId("confirm-go").disabled = false;
    let now = command;
    for (let waited = 0; waited <= LOOK_MS_MAX; waited += LOOK_MS) {
      if (this.#accountId !== accountId) return;
      showSteps(now);
      if (ENDS.includes(now.state)) return;
      await new Promise((next) => setTimeout(next, LOOK_MS));
      now = await this.#api
        .get(`/v1/supply-commands/${command.supply_command_id}`)
        .catch(() => now);
    }
  }
}

/** @param {{ action: string, state: string, fault?: string | null }} command */
function showSteps({ action, state, fault }) {
  const isBad = state === "failed" || state === "expired";
  const steps = isBad ? [...STEPS.slice(0, -1), state] : STEPS;
  const kind = isBad ? "bad" : state === "executed" ? "good" : "";
  const what = action === "cut" ? "Cut" : "Restore";
  const list = make(
    "ol",
    "steps",
    ...steps.map((step) => {
      const item = make("li", "", step);
      if (step === state) item.setAttribute("aria-current", "step");
      return item;
    }),
  );
  const text = isBad ? `${what} ${state}${fault ? `: ${fault}` : ""}` : `${what} ${state}`;
  byId("supply-result").replaceChildren(
    make("div", `note ${kind}`, make("strong", "", text), list),
  );
}

function say(
  /** @type {string} */ kind,
  /** @type {string} */ text,
  /** @type {string[]} */ faults = [],
) {
  const lines = faults.map((fault) => make("span", "small", fault));
  byId("supply-result").replaceChildren(make("div", `note ${kind}`, text, ...lines));
}
