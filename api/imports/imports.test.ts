import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asOperator } from "../registry/isolation/scope.ts";
import { type Live, startLive } from "../testing/live.ts";

let h: Live;
beforeAll(async () => {
  h = await startLive(1);
}, 60_000);
afterAll(() => h?.stop());

type Body = Record<string, unknown>;
const NDJSON = "application/x-ndjson";
const PLACE = { site: "S", unit: "U", service: "electricity" };
const ESTATE: Body[] = [
  { type: "site", reference: "S", name: "Harbour", timezone: "Europe/Madrid" },
  { type: "gateway", site: "S", name: "G1" },
  { type: "unit", site: "S", reference: "U", name: "Flat 1", area_m2: "72.50" },
  { type: "customer", reference: "C", name: "Eva" },
  {
    type: "meter",
    ...PLACE,
    gateway: "G1",
    serial: "900",
    driver: "modbus",
    device: "eastron-sdm120",
    link: { host: "10.0.0.1", port: 502 },
    address: "1",
  },
  { type: "agreement", customer: "C", ...PLACE },
];

async function account(): Promise<Body> {
  const lists = await h.ask("/v1/price-lists", "/v1/price-lists");
  const policies = await h.ask("/v1/supply-policies", "/v1/supply-policies");
  const list = lists.body.items.find(({ service }) => service === "electricity");
  return {
    type: "account",
    meter: "900",
    price_list: list?.["name"],
    supply_policy: policies.body.items[0]?.["name"],
  };
}

function text(lines: readonly unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** Sends a file and gives the import with its verdicts. */
async function send(id: string, file: string, query = "", type = NDJSON) {
  const path = `/v1/imports/${id}`;
  const response = await h.call(`${path}${query}`, {
    method: "PUT",
    text: file,
    headers: { "Content-Type": type },
  });
  const body = (await response.json()) as Body;
  const told = await h.call(`${path}/verdicts`);
  const verdicts = told.ok
    ? (await told.text())
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Body)
    : [];
  return { status: response.status, headers: response.headers, body, verdicts };
}

async function accountsAt(serial: string): Promise<Body[]> {
  const { body } = await h.ask("/v1/accounts", `/v1/accounts?meter_serial=${serial}`);
  return body.items;
}

describe("an estate", () => {
  it("is tried by a dry run, which makes nothing", async () => {
    const done = await send("first", text([...ESTATE, await account()]), "?dry_run=true");
    expect(done.body).toMatchObject({ state: "finished", dry_run: true, lines_made: 7 });
    expect(await accountsAt("900")).toEqual([]);
    const sites = await h.ask("/v1/sites", "/v1/sites");
    expect(sites.body.items.map(({ name }) => name)).not.toContain("Harbour");
  });

  it("is made by one file under the same id, and opened in the engine", async () => {
    const done = await send("first", text([...ESTATE, await account()]));
    expect(done.verdicts.filter(({ verdict }) => verdict !== "made")).toEqual([]);
    expect(done.body).toMatchObject({ dry_run: false, lines_made: 7, accounts_waiting: 0 });
    const [opened] = await accountsAt("900");
    expect(opened).toMatchObject({ unit: "Flat 1", site: "Harbour", balance: "0.000000" });
    expect(done.verdicts.at(-1)).toMatchObject({ type: "account", id: opened?.["account_id"] });
  });

  it("is never made twice: by the same id the same answer, by another all is unchanged", async () => {
    const file = text([...ESTATE, await account()]);
    const again = await send("first", file);
    expect(again.headers.get("Idempotent-Replayed")).toBe("true");
    expect(again.body).toMatchObject({ lines_made: 7 });
    const other = await send("second", file);
    expect(other.body).toMatchObject({ lines_made: 0, lines_unchanged: 7, accounts_opened: 0 });
    expect(await accountsAt("900")).toHaveLength(1);
  });

  it("is known by its content: another file under its id is refused, and changes nothing", async () => {
    const done = await send("first", text(ESTATE.slice(0, 2)));
    expect([done.status, done.body["code"]]).toEqual([422, "idempotency_key_reused"]);
    expect((await send("first", text([...ESTATE, await account()]))).status).toBe(200);
  });
});

describe("a bad line", () => {
  it("is refused with its member and how to mend it, and takes no other with it", async () => {
    const unit = { type: "unit", site: "S", reference: "U9", name: "Flat 9" };
    const cases: [unknown, Body][] = [
      [{ type: "shop" }, { code: "line_invalid", field: "type" }],
      [
        { ...unit, area_m2: 3 },
        { code: "line_invalid", field: "area_m2" },
      ],
      [
        { ...unit, credit: "10.00" },
        { code: "line_invalid", field: "credit" },
      ],
      [
        { ...unit, site: "X" },
        { code: "reference_unknown", field: "site" },
      ],
      [
        { ...unit, name: "Flat 1" },
        { code: "name_taken", field: "name" },
      ],
      [
        { ...ESTATE[0], name: "Port" },
        { code: "differs", field: "name" },
      ],
      [
        { ...ESTATE[4], address: "2" },
        { code: "differs", field: "address" },
      ],
      [
        { ...ESTATE[4], serial: "901" },
        { code: "place_taken", field: "usage_point" },
      ],
      [
        { ...ESTATE[4], unit: "U9", serial: "902", gateway: "G2" },
        { code: "reference_unknown", field: "unit" },
      ],
      [{ type: "customer", reference: "D", name: "Ian" }, { verdict: "made" }],
      [
        { ...ESTATE[5], customer: "D" },
        { code: "place_taken", field: "customer" },
      ],
      [
        { ...(await account()), price_list: "none" },
        { code: "reference_unknown", field: "price_list" },
      ],
      [
        { ...(await account()), meter: "77" },
        { code: "reference_unknown", field: "meter" },
      ],
      ["x", { code: "line_invalid" }],
      [unit, { verdict: "made" }],
    ];
    const { verdicts } = await send("bad", `${text(cases.map(([line]) => line))}{"type":\n`);
    for (const [at, [, expected]] of cases.entries()) {
      expect(verdicts[at]).toMatchObject({ line: at + 1, ...expected });
    }
    expect(verdicts.at(-1)).toMatchObject({ verdict: "refused", detail: "is no JSON" });
    const money = verdicts.find(({ field }) => field === "credit");
    expect(money?.["detail"]).toContain("money never comes by import");
  });

  it("that is too long is told of by its number", async () => {
    const { verdicts } = await send("long", `${"x".repeat(20_000)}\n{"type":"shop"}\n`);
    expect(verdicts.map(({ line, field }) => [line, field])).toEqual([
      [1, undefined],
      [2, "type"],
    ]);
  });
});

describe("CSV", () => {
  it("says the same: dots into link, empty cells left out, quotes, semicolons", async () => {
    const { price_list, supply_policy } = await account();
    const file = [
      "type;reference;site;unit;name;service;gateway;serial;driver;device;link.host;link.port;address;meter;price_list;supply_policy",
      'unit;U2;S;;"Flat ""2""; left"',
      "meter;;S;U2;;electricity;G1;950;modbus;eastron-sdm120;10.0.0.2;502;3",
      `account;;;;;;;;;;;;;950;${price_list};${supply_policy}`,
      'unit;U3;S;;"Flat 3',
    ].join("\r\n");
    const { body, verdicts } = await send("csv", `\uFEFF${file}\r\n`, "", "text/csv");
    expect(body).toMatchObject({ format: "csv", lines_made: 3, lines_refused: 1 });
    expect(verdicts.at(-1)).toMatchObject({ line: 5, code: "line_invalid" });
    expect(await accountsAt("950")).toMatchObject([{ unit: 'Flat "2"; left' }]);
  });

  it("without a good head is refused row by row", async () => {
    const { verdicts } = await send("headless", "name,site\nx,y\n", "", "text/csv");
    expect(verdicts.every(({ verdict }) => verdict === "refused")).toBe(true);
    expect(verdicts).toHaveLength(2);
  });
});

describe("an interrupted import", () => {
  it("says where it stopped, holds up no other once it is known, and goes on", async () => {
    const lines = Array.from({ length: 5_000 }, (_, at) => {
      return { type: "customer", reference: `R${at}`, name: `Tenant ${at}` };
    });
    const bytes = new TextEncoder().encode(text(lines));
    const cut = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(bytes.slice(0, bytes.length * 0.9));
      },
      pull: (controller) => controller.error(new Error("the client went away")),
    });
    const headers = { Authorization: `Bearer ${h.keys.operator}`, "Content-Type": NDJSON };
    const asked = { method: "PUT", headers, body: cut, duplex: "half" } as RequestInit;
    const broken = await h.app.request("/v1/imports/broken", asked);
    expect(broken.status).toBe(408);
    const { body } = await h.ask("/v1/imports/{import_id}", "/v1/imports/broken");
    expect(body).toMatchObject({ state: "interrupted", lines_read: 4_000, lines_made: 4_000 });
    const done = await send("broken", text(lines));
    expect(done.body).toMatchObject({ state: "finished", lines_made: 5_000 });
    expect(done.verdicts.map(({ line }) => line)).toEqual(lines.map((_, at) => at + 1));
  });

  it("of which nothing is heard gives way; one that is alive does not", async () => {
    const { db } = h.registry;
    const state = "update imports set state = 'running', ended_at = null, alive_at = now()";
    const revive = (since: string): Promise<unknown> =>
      asOperator(h.seeded.operatorId, () =>
        db.transaction((tx) => tx.execute(`${state} ${since} where import_id = 'broken'`)),
      );
    await revive("");
    const file = text(ESTATE.slice(0, 1));
    const refused = await send("third", file);
    expect([refused.status, refused.body["code"]]).toEqual([409, "import_in_flight"]);
    await revive("- interval '1 minute'");
    expect((await send("third", file)).status).toBe(200);
    const { body } = await h.ask("/v1/imports/{import_id}", "/v1/imports/broken");
    expect(body).toMatchObject({ state: "interrupted" });
  });
});

describe("misuse", () => {
  it("is told what to do", async () => {
    const put = (path: string, headers: Record<string, string>) =>
      h.ask("/v1/imports/{import_id}", path, { method: "PUT", text: "{}", headers });
    expect((await put("/v1/imports/x", { "Content-Type": "application/xml" })).status).toBe(415);
    expect((await put("/v1/imports/a%20b", { "Content-Type": NDJSON })).status).toBe(404);
    expect((await h.ask("/v1/imports/{import_id}", "/v1/imports/none")).status).toBe(404);
    const list = await h.ask("/v1/imports", "/v1/imports");
    expect(list.body.items.map(({ import_id }) => import_id)).toContain("first");
    const others = await h.call("/v1/imports/first", { key: h.otherKeys.operator });
    expect(others.status).toBe(404);
    expect(h.faults).toEqual([]);
  });
});
