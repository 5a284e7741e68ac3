import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Live, startLive } from "../testing/live.ts";

let h: Live;

beforeAll(async () => {
  h = await startLive(4);
}, 60_000);
afterAll(() => h?.stop());

const POLICIES = "/v1/supply-policies";
const CALENDARS = "/v1/calendars";

const ALL_DAY = { from: "00:00", to: "00:00" };
const WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** Every rung and bound there is. */
const full = (change: object = {}) => ({
  name: "Full",
  currency: "EUR",
  low_credit_thresholds: ["5.00", "2.00"],
  low_credit_severities: ["info", "critical"],
  hysteresis: "0.50",
  cool_off_s: 3_600,
  exceeding: "900.00",
  days_left_warning: 3,
  disablement_threshold: "0.00",
  clearance: "1.00",
  max_balance: "1000.00",
  automatic_cut: true,
  stale_after_s: 7_200,
  charge_estimates: true,
  emergency_credit: { limit: "5.00", threshold: "1.00", auto_invoke: false },
  notice: { lead_s: 3_600, threshold: "2.00" },
  limit: { threshold: "1.00", flow: { value: "1.5", unit: "kW" } },
  trickle: { threshold: "0.50", flow: { value: "200", unit: "W" } },
  essential_flow: { value: "500", unit: "W" },
  daily_allowance: { quantity: { value: "2", unit: "kWh" }, stack_days: 3, day_start: "06:30" },
  load_limit: { flow: { value: "9.2", unit: "kW" }, period_s: 900, restoration_s: 600 },
  ready_for_reconnection: false,
  restore_deadline_s: 900,
  waterfall: "share",
  restore_threshold_first: false,
  arrears_share: "0.25",
  topup: { min: "1.00", max: "200.00", cap: "500.00", cap_every: "month" },
  ...change,
});

const post = (body: unknown) => ({ method: "POST", body });
const put = (body: unknown) => ({ method: "PUT", body });

async function makeCalendar(name: string, days: string[]): Promise<string> {
  const calendar = {
    name,
    timezone: "Europe/Madrid",
    weekly: days.length === 0 ? [] : [{ days, ...ALL_DAY }],
  };
  const made = await h.ask(CALENDARS, CALENDARS, post({ calendar }));
  expect(made.status).toBe(201);
  return String(made.body["calendar_id"]);
}

describe("calendars", () => {
  it("are made once, read, and replaced under their name", async () => {
    const calendar = { name: "Sundays", timezone: "UTC", weekly: [{ days: ["sun"], ...ALL_DAY }] };
    const made = await h.ask(CALENDARS, CALENDARS, post({ calendar }));
    expect([made.status, made.body]).toMatchObject([201, { version: 1, calendar }]);
    const again = await h.ask(CALENDARS, CALENDARS, post({ calendar }));
    expect([again.status, again.body]).toEqual([200, made.body]);
    const other = { ...calendar, weekly: [] };
    const taken = await h.ask(CALENDARS, CALENDARS, post({ calendar: other }));
    expect([taken.status, taken.body["code"]]).toEqual([409, "already_exists"]);
    const path = made.headers.get("Location") ?? "";
    const one = `${CALENDARS}/{calendar_id}`;
    const replaced = await h.ask(one, path, put({ calendar: other }));
    expect([replaced.status, replaced.body]).toMatchObject([200, { version: 2, calendar: other }]);
    expect((await h.ask(one, path, put({ calendar: other }))).body["version"]).toBe(2);
    expect((await h.ask(one, path)).body).toEqual(replaced.body);
    const renamed = await h.ask(one, path, put({ calendar: { ...other, name: "Mondays" } }));
    expect([renamed.status, renamed.body["errors"]]).toMatchObject([
      422,
      [{ pointer: "/calendar/name" }],
    ]);
    const theirs = await h.call(path, { key: h.otherKeys.operator });
    expect(theirs.status).toBe(404);
  });

  it("with faults are refused with all of them", async () => {
    const calendar = { name: "Odd", timezone: "Mars/Base", weekly: [{ days: ["noday"] }] };
    const answer = await h.ask(CALENDARS, CALENDARS, post({ calendar }));
    expect([answer.status, answer.body["code"]]).toEqual([422, "calendar_invalid"]);
    const pointers = (answer.body["errors"] as { pointer: string }[]).map((each) => each.pointer);
    expect(pointers).toEqual(
      expect.arrayContaining(["/calendar/timezone", "/calendar/weekly/0/days/0"]),
    );
    const none = await h.ask(CALENDARS, CALENDARS, post({}));
    expect([none.body["code"], none.body["errors"]]).toMatchObject([
      "invalid_request",
      [{ pointer: "/calendar" }],
    ]);
  });

  it("that are too dense for any span are refused; dense ones get a shorter span", async () => {
    const every = (minutes: number) =>
      Array.from({ length: Math.min(64, 1_440 / minutes) }, (_, at) => {
        const clock = (minute: number) =>
          `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
        return { days: WEEK, from: clock(at * minutes), to: clock(at * minutes + 5) };
      });
    const dense = { name: "Dense", timezone: "UTC", weekly: every(20) };
    const refused = await h.ask(CALENDARS, CALENDARS, post({ calendar: dense }));
    expect([refused.status, refused.body["code"]]).toEqual([422, "calendar_invalid"]);
    const less = { ...dense, name: "Less dense", weekly: every(60) };
    expect((await h.ask(CALENDARS, CALENDARS, post({ calendar: less }))).status).toBe(201);
  });
});

describe("supply policies", () => {
  it("with every rung are taken, shown as they were given, and taken by the engine", async () => {
    const friendly = await makeCalendar("Nights", []);
    const window = await makeCalendar("Working days", WEEK);
    const body = full({
      friendly_period: { calendar_id: friendly, jitter_s: 600, warning_s: 3_600 },
      cut_window: { calendar_id: window },
    });
    const made = await h.ask(POLICIES, POLICIES, post(body));
    expect([made.status, made.body]).toMatchObject([
      201,
      {
        version: 1,
        low_credit_thresholds: ["5.000000", "2.000000"],
        low_credit_severities: ["info", "critical"],
        emergency_credit: { limit: "5.000000", threshold: "1.000000", auto_invoke: false },
        limit: { threshold: "1.000000", flow: { value: "1.5", unit: "kW" } },
        daily_allowance: { quantity: { value: "2", unit: "kWh" }, day_start: "06:30" },
        friendly_period: { calendar_id: friendly, jitter_s: 600, warning_s: 3_600 },
        cut_window: { calendar_id: window },
        arrears_share: "0.25",
        topup: { cap: "500.000000", cap_every: "month" },
      },
    ]);
    const path = made.headers.get("Location") ?? "";
    expect((await h.ask(`${POLICIES}/{supply_policy_id}`, path)).body).toEqual(made.body);
  });

  it.each<[string, object, string]>([
    ["severities of another number", { low_credit_severities: ["info"] }, "/low_credit_severities"],
    ["thresholds that rise", { low_credit_thresholds: ["1", "2"] }, "/low_credit_thresholds"],
    ["a notice under the cut-off", { disablement_threshold: "3" }, "/notice/threshold"],
    ["a cap without its period", { topup: { cap: "5" } }, "/topup/cap_every"],
    ["a period without its cap", { topup: { cap_every: "day" } }, "/topup/cap_every"],
    ["a least payment over the highest", { topup: { min: "5", max: "2" } }, "/topup/max"],
    [
      "no flow",
      { limit: { threshold: "1", flow: { value: "0", unit: "W" } } },
      "/limit/flow/value",
    ],
    [
      "a flow of no unit",
      { limit: { threshold: "1", flow: { value: "1", unit: "hp" } } },
      "/limit/flow/unit",
    ],
    ["half an atom", { essential_flow: { value: "0.5", unit: "W" } }, "/essential_flow/value"],
    [
      "too large a flow",
      { essential_flow: { value: "9999999", unit: "MW" } },
      "/essential_flow/value",
    ],
    ["a share over 1", { arrears_share: "1.01" }, "/arrears_share"],
    ["a negative limit", { emergency_credit: { limit: "-1" } }, "/emergency_credit/limit"],
    [
      "a time that is none",
      { daily_allowance: { quantity: { value: "1", unit: "kWh" }, day_start: "24:00" } },
      "/daily_allowance/day_start",
    ],
    ["a word too many", { grace: true }, "/grace"],
    ["more than can be held", { max_balance: "9999999999999" }, "/max_balance"],
    ["a threshold beyond its bound", { exceeding: "1999999999999" }, "/exceeding"],
  ])("with %s are refused at the place", async (_, change, pointer) => {
    const answer = await h.ask(POLICIES, POLICIES, post(full({ name: "Bad", ...change })));
    expect([answer.status, answer.body["code"]]).toEqual([422, "invalid_request"]);
    const pointers = (answer.body["errors"] as { pointer: string }[]).map((each) => each.pointer);
    expect(pointers).toContain(pointer);
  });

  it("that name no calendar of the operator are refused", async () => {
    const id = "00000000-0000-4000-8000-000000000000";
    const body = full({ name: "Bad", cut_window: { calendar_id: id } });
    const answer = await h.ask(POLICIES, POLICIES, post(body));
    expect([answer.status, answer.body["code"]]).toEqual([404, "calendar_unknown"]);
  });

  it("that are replaced act on their accounts at once; the same again changes nothing", async () => {
    const { body } = await h.ask(POLICIES, POLICIES);
    const id = String(
      body.items.find((each) => each["name"] === "Household")?.["supply_policy_id"],
    );
    const path = `${POLICIES}/${id}`;
    const terms = {
      low_credit_thresholds: ["50.00"],
      max_balance: "60.00",
      emergency_credit: { limit: "5.00", threshold: "20.00" },
    };
    const account = h.accountIds[0] ?? "";
    expect(await h.state(account)).toMatchObject({ low_credit_level: 0 });
    const one = `${POLICIES}/{supply_policy_id}`;
    const replaced = await h.ask(one, path, put(terms));
    expect([replaced.status, replaced.body]).toMatchObject([
      200,
      { version: 2, name: "Household" },
    ]);
    expect(await h.state(account)).toMatchObject({
      low_credit_level: 1,
      emergency_credit: { status: "selectable", limit_micros: "5000000" },
    });
    expect((await h.ask(one, path, put(terms))).body["version"]).toBe(2);
    const vend = await h.call("/v1/vends/over", {
      method: "PUT",
      body: { account_id: account, amount: "55.00", currency: "EUR" },
    });
    expect([vend.status, await vend.json()]).toMatchObject([
      422,
      { code: "balance_limit_exceeded" },
    ]);
    // Both services are under it: a flow of one of them does not fit the other.
    const misfit = { ...terms, limit: { threshold: "1", flow: { value: "1", unit: "kW" } } };
    const refused = await h.ask(one, path, put(misfit));
    expect([refused.status, refused.body["code"]]).toEqual([422, "policy_mismatch"]);
    const theirs = await h.call(path, { ...put(terms), key: h.otherKeys.operator });
    expect(theirs.status).toBe(404);
  });
});

it("none of it was our fault", () => {
  expect(h.faults).toEqual([]);
});
