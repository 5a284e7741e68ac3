import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { makeAuthority, type TestAuthority } from "../../engine/contract/testing-certificates.ts";
import { servedTls, watchCertificate } from "./certificate.ts";
import { serve } from "./serve.ts";
import type { Engine, Served, ServedTls } from "./types.ts";
import type { Peer, PeerListener } from "./websocket.ts";

const HOSTS = "DNS:localhost,IP:127.0.0.1";
const read = (path: string): string => readFileSync(path, "utf8");
let folder: string;
let authority: TestAuthority;
let served: Served | undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "drawdown-tls-"));
  authority = makeAuthority(folder);
});
afterEach(async () => {
  await served?.close();
  served = undefined;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(engine: Engine | undefined, tls: ServedTls): Promise<Served> {
  served = await serve({
    ...(engine === undefined ? {} : { engine }),
    app: { fetch: () => new Response("told") },
    host: "127.0.0.1",
    port: 0,
    tls,
    websocket: {
      path: "/stream",
      messageBytesMax: 1_024,
      upgrade: async () => ({ open: (peer) => echoing(peer) }),
    },
  });
  return served;
}

function echoing(peer: Peer): PeerListener {
  const nothing = (): void => undefined;
  return { message: (text) => void peer.send(text), drained: nothing, closed: nothing };
}

/** The text that is answered, and who the certificate is for. */
function ask(port: number, ca: string): Promise<{ text: string; name: string }> {
  return new Promise((resolve, reject) => {
    const options = { ca: [read(ca)], agent: false as const };
    get(`https://localhost:${port}/`, options, (answer) => {
      const { CN: name = "" } = (answer.socket as TLSSocket).getPeerCertificate().subject;
      let text = "";
      answer.on("data", (part) => {
        text += part;
      });
      answer.on("end", () => resolve({ text, name: String(name) }));
    }).on("error", reject);
  });
}

describe.each(["uws", "node"] as const)("https by %s", (engine) => {
  it("answers those who trust its authority, and nobody over http", async () => {
    const tls = { ...authority.sign("served", HOSTS), min: "1.2" as const };
    const { port } = await start(engine, tls);
    expect(await ask(port, authority.ca)).toEqual({ text: "told", name: "served" });
    const other = makeAuthority(folder, "other");
    await expect(ask(port, other.ca)).rejects.toThrow();
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  });

  it("carries WebSockets as wss", async () => {
    const tls = { ...authority.sign("served", HOSTS), min: "1.2" as const };
    const { port } = await start(engine, tls);
    const socket = new WebSocket(`wss://localhost:${port}/stream`, { ca: [read(authority.ca)] });
    await new Promise((resolve, reject) => {
      socket.on("open", resolve);
      socket.on("error", reject);
    });
    socket.close();
  });

  it("refuses TLS older than 1.2", async () => {
    const tls = { ...authority.sign("served", HOSTS), min: "1.2" as const };
    const { port } = await start(engine, tls);
    await expect(version(port, "TLSv1.1")).rejects.toThrow();
    expect(await version(port, "TLSv1.2")).toBe("TLSv1.2");
  });
});

it("is served by Node where nothing older than TLS 1.3 may be spoken", async () => {
  const tls = { ...authority.sign("served", HOSTS), min: "1.3" as const };
  const { engine, port } = await start(undefined, tls);
  expect(engine).toBe("node");
  await expect(version(port, "TLSv1.2")).rejects.toThrow();
  expect(await version(port, "TLSv1.3")).toBe("TLSv1.3");
});

it("takes up files that are replaced, where the engine can, and never half of a pair", async () => {
  const tls = { ...authority.sign("old", HOSTS), min: "1.2" as const };
  const { port, renewTls } = await start("node", tls);
  const watching = watchCertificate(
    tls,
    { ...(renewTls && { renewTls }) },
    pino({ level: "silent" }),
    20,
  );
  try {
    const renewed = authority.sign("new", HOSTS);
    copyFileSync(renewed.cert, tls.cert);
    await new Promise((done) => setTimeout(done, 100));
    expect((await ask(port, authority.ca)).name).toBe("old");
    copyFileSync(renewed.key, tls.key);
    await expect.poll(async () => (await ask(port, authority.ca)).name).toBe("new");
  } finally {
    await watching.stop();
  }
});

describe("files that cannot be used are told in one line with the setting", () => {
  const settings = (cert: string, key: string) =>
    servedTls({ api_cert_file: cert, api_key_file: key, api_tls_min: "1.2" });
  const text = (name: string, content: string, mode = 0o600): string => {
    writeFileSync(join(folder, name), content, { mode });
    return join(folder, name);
  };

  it.each<[string, () => unknown, RegExp]>([
    [
      "no key",
      () => settings(authority.sign("a", HOSTS).cert, ""),
      /^DRAWDOWN_API_CERT_FILE and DRAWDOWN_API_KEY_FILE belong together/,
    ],
    [
      "no file",
      () => settings("/nowhere.pem", "/nowhere.key"),
      /^DRAWDOWN_API_CERT_FILE: \/nowhere.pem cannot be read/,
    ],
    [
      "no certificate",
      () => settings(text("junk.pem", "junk"), authority.sign("b", HOSTS).key),
      /junk.pem holds no certificate in PEM/,
    ],
    [
      "another's key",
      () => settings(authority.sign("c", HOSTS).cert, authority.sign("d", HOSTS).key),
      /d.key is not the key of .*c.pem/,
    ],
    [
      "no key in it",
      () => settings(authority.sign("e", HOSTS).cert, text("junk.key", "junk")),
      /junk.key holds no private key in PEM/,
    ],
    [
      "an open key",
      () => settings(authority.sign("f", HOSTS).cert, text("open.key", "junk", 0o644)),
      /everybody may read .*open.key: chmod 600 it/,
    ],
  ])("%s", (_, take, message) => {
    expect(take).toThrow(message);
    expect(take).not.toThrow(/\n/);
  });
});

function version(port: number, asked: "TLSv1.1" | "TLSv1.2" | "TLSv1.3"): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const versions = { minVersion: asked, maxVersion: asked };
    const options = { host: "localhost", port, ca: [read(authority.ca)], ...versions };
    const socket = connectTls(options, () => {
      resolve(socket.getProtocol());
      socket.destroy();
    });
    socket.on("error", reject);
  });
}
