import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { settingsSchema } from "../engine/contract/settings-schema.ts";
import { gatewayRole } from "./main.ts";

let folder = "";
let child: ChildProcess | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "role-"));
});
afterAll(() => {
  child?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

test("without NATS the role says in one line what is missing", async () => {
  const settings = settingsSchema.parse({ data: folder });
  await expect(gatewayRole(settings)).rejects.toThrow("DRAWDOWN_NATS_URL");
});

test("the role starts without NATS, takes up an identity that comes later, and ends by itself after SIGTERM", async () => {
  const gateways = join(folder, "gateways");
  mkdirSync(gateways, { recursive: true });
  writeFileSync(join(gateways, "3.json"), "{}", { mode: 0o600 });
  const identity = { gateway: 4, shard: 1, key: "0f".repeat(32) };
  const main = new URL("./main.ts", import.meta.url).href;
  const schema = new URL("../engine/contract/settings-schema.ts", import.meta.url).href;
  const given = JSON.stringify({ data: folder, nats_url: "nats://127.0.0.1:1" });
  const code = `import { gatewayRole } from "${main}"; import { settingsSchema } from "${schema}";
    await gatewayRole(settingsSchema.parse(${given}));`;
  child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout?.on("data", (data: Buffer) => {
    const text = data.toString();
    output += text;
    if (text.includes("3.json: must be"))
      writeFileSync(join(gateways, "4.json"), JSON.stringify(identity), { mode: 0o600 });
    if (text.includes("the gateway is running")) child?.kill("SIGTERM");
  });
  const [exitCode] = await once(child, "exit");
  expect([exitCode, output.includes("ending")]).toEqual([0, true]);
  expect(readdirSync(join(gateways, "4", "spool"))).toContain("epoch.json");
});
