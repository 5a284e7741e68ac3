import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gatewayInbox } from "../../engine/contract/broker/permissions.ts";
import { brokerFolder, makeBrokerFiles } from "../../engine/host/broker-files.ts";
import { startNats } from "../../engine/host/nats.ts";
import type { Running } from "../../engine/host/running.ts";
import { temporaryFolder } from "../../engine/host/testing.ts";
import { openNatsLink } from "./nats-link.ts";

const GATEWAY = 7;
const SHARD = 0;

let data: string;
let server: Running;
beforeAll(async () => {
  data = temporaryFolder("nats-link");
  server = await startNats({ data, port: 0 });
}, 60_000);
afterAll(async () => {
  await server?.stop();
  rmSync(data, { recursive: true, force: true });
});

function open(credentials: string, credentialsWaitMs?: number) {
  const alarms: (string | undefined)[] = [];
  const access = { servers: server.url, inbox: gatewayInbox(GATEWAY), credentials };
  const link = openNatsLink(access, "x", (alarm) => alarms.push(alarm), credentialsWaitMs);
  return { alarms, link };
}

describe("a gateway whose credentials are not there yet", () => {
  it("waits for them without an alarm, and takes them up", async () => {
    const path = join(data, "later.creds");
    const { alarms, link } = open(path);
    await sleep(1_500);
    const made = makeBrokerFiles(brokerFolder(data)).gateway(SHARD, GATEWAY);
    writeFileSync(path, made.text, { mode: 0o600 });
    expect(await link.connection).toBeDefined();
    expect(alarms).toEqual([undefined]);
    await link.close();
  });

  it("says which file is missing when they do not come", async () => {
    const path = join(data, "never.creds");
    const { alarms, link } = open(path, 100);
    await expect
      .poll(() => alarms[0], { timeout: 10_000 })
      .toMatch(/refuses a connection without credentials \(there is no .*never\.creds\): set /);
    await link.close();
  });
});

it("credentials of another installation are an alarm at once", async () => {
  const elsewhere = temporaryFolder("elsewhere");
  const path = join(data, "stranger.creds");
  const stranger = makeBrokerFiles(elsewhere).gateway(SHARD, GATEWAY);
  writeFileSync(path, stranger.text, { mode: 0o600 });
  rmSync(elsewhere, { recursive: true });
  const { alarms, link } = open(path);
  await expect
    .poll(() => alarms[0], { timeout: 10_000 })
    .toMatch(/refuses .*stranger\.creds: set /);
  await link.close();
});
