import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Harness, startHarness } from "../testing/harness.ts";
import { serve } from "../uws/serve.ts";
import type { Served } from "../uws/types.ts";
import { balanceCommand } from "./balance.ts";
import { vendCommand } from "./vend.ts";

/** The commands that call the interface, against a served one. */

let h: Harness;
let served: Served;
let folder: string;
let said: string;
const run = async (
  command: typeof balanceCommand,
  argv: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<number> => {
  said = "";
  const stdout = { write: (text: string) => (said += text) };
  return await command(argv, { stdout, env, cwd: folder });
};

beforeAll(async () => {
  h = await startHarness(2);
  served = await serve({ app: h.app, host: "127.0.0.1", port: 0 });
  folder = mkdtempSync(join(tmpdir(), "drawdown-commands-"));
  mkdirSync(join(folder, "data"));
  const access = { url: `http://127.0.0.1:${served.port}`, keys: h.keys };
  writeFileSync(join(folder, "data", "access.json"), JSON.stringify(access));
}, 60_000);
afterAll(async () => {
  await served?.close();
  await h?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

describe("balance", () => {
  it("is told by a meter's serial number and by an account's id", async () => {
    const id = h.accountIds[0] ?? "";
    expect(await run(balanceCommand, ["20000000"])).toBe(0);
    expect(said).toContain(`account ${id}, meter 20000000\nbalance 10.000000 EUR`);
    expect(await run(balanceCommand, [id, "--json"])).toBe(0);
    expect(JSON.parse(said)).toMatchObject({ account_id: id, balance: "10.000000" });
  });

  it("is asked for with the key and at the address that the environment gives", async () => {
    const env = { DRAWDOWN_API_KEY: h.otherKeys.operator };
    await expect(run(balanceCommand, ["20000000"], env)).rejects.toThrow(
      "no account has the meter",
    );
    await expect(
      run(balanceCommand, ["20000000"], { DRAWDOWN_API_KEY: "dd_wrong" }),
    ).rejects.toMatchObject({ code: "unauthorized" });
  });

  it.each([[[]], [["a", "b"]], [["a", "--amount", "3"]], [["a", "--id", "3"]]])(
    "takes %j for wrong use",
    async (argv) => {
      await expect(run(balanceCommand, argv)).rejects.toMatchObject({ code: "usage" });
    },
  );
});

describe("vend", () => {
  it("sells once under one id, however often it is repeated", async () => {
    for (const _ of [1, 2]) {
      expect(await run(vendCommand, ["20000001", "5.00", "--id", "cli-1"])).toBe(0);
      expect(said).toMatch(/^receipt \d+: 5.00 EUR to .*, balance 15.000000 EUR, vend cli-1\n$/);
    }
    await expect(run(vendCommand, ["20000001", "6.00", "--id", "cli-1"])).rejects.toMatchObject({
      code: "idempotency_key_reused",
    });
  });

  it("gives the whole receipt as JSON", async () => {
    await run(vendCommand, ["20000001", "5.00", "--json", "--terminal", "t1"]);
    expect(JSON.parse(said)).toMatchObject({ amount: "5.00", balance: "20.000000" });
  });

  it("tells by which id it can be repeated where nobody answers", async () => {
    h.answering.silence(true);
    const refused = run(vendCommand, ["20000001", "5.00", "--id", "cli-2"]);
    await expect(refused).rejects.toThrow(/repeat it with --id cli-2/);
  }, 60_000);
});
