import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BrokerAccess, connectBroker } from "../contract/broker/connect.ts";
import { inboxOf } from "../contract/broker/permissions.ts";
import { makeAuthority, type TestAuthority } from "../contract/testing-certificates.ts";
import { toolsCredentials } from "../host/broker-files.ts";
import { startNats } from "../host/nats.ts";
import type { Running } from "../host/running.ts";
import { temporaryFolder } from "../host/testing.ts";

let data: string;
let folder: string;
let authority: TestAuthority;
let server: Running;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "drawdown-nats-tls-"));
  data = temporaryFolder("nats-tls");
  authority = makeAuthority(folder);
  server = await startNats({ data, port: 0, tls: authority.sign("nats", "DNS:localhost") });
}, 30_000);
afterAll(async () => {
  await server?.stop();
  for (const each of [data, folder]) rmSync(each, { recursive: true, force: true });
});

function access(
  tls: Partial<NonNullable<BrokerAccess["tls"]>>,
  servers = server.url,
): BrokerAccess {
  const credentials = toolsCredentials(data);
  return {
    servers,
    inbox: inboxOf("tools"),
    credentials,
    tls: { ca: "", cert: "", key: "", ...tls },
  };
}

it("lets in whoever trusts its authority, over TLS", async () => {
  expect(server.url).toMatch(/^tls:\/\/localhost:/);
  const nats = await connectBroker(access({ ca: authority.ca }), "tls");
  await nats.flush();
  await nats.close();
});

it.each<[string, () => BrokerAccess]>([
  ["an authority that is not known", () => access({})],
  ["another authority", () => access({ ca: makeAuthority(folder, "other").ca })],
  [
    "a host that the certificate does not name",
    () => access({ ca: authority.ca }, server.url.replace("localhost", "127.0.0.1")),
  ],
])("is not believed with %s, which is told in one line", async (_, make) => {
  await expect(connectBroker(make(), "tls")).rejects.toThrow(
    /^NATS at tls:.*: its certificate is not trusted \([^\n]*\): set DRAWDOWN_NATS_CA_FILE/,
  );
});

it("files that cannot be used are told in one line with the setting", async () => {
  await expect(connectBroker(access({ ca: "/nowhere.pem" }), "tls")).rejects.toThrow(
    /^DRAWDOWN_NATS_CA_FILE: \/nowhere.pem cannot be read/,
  );
});
