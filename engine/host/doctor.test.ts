import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { doctorCommand } from "./doctor.ts";
import { LOOPBACK } from "./ports.ts";
import { temporaryFolder } from "./testing.ts";

const cwd = temporaryFolder("doctor");
let server: Server | undefined;
afterEach(() => server?.close());
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

type Finding = { what: string; ok: boolean; detail: string; mend?: string };

async function examine(env: NodeJS.ProcessEnv): Promise<{ code: number; findings: Finding[] }> {
  let out = "";
  const stdout = {
    write: (text: string) => {
      out += text;
    },
  };
  const code = await doctorCommand(["--json"], { stdout, stderr: stdout, env, cwd });
  return { code, findings: (JSON.parse(out) as { findings: Finding[] }).findings };
}

describe("doctorCommand", () => {
  it("finds the embedded servers of this machine", async () => {
    const { findings } = await examine({ DRAWDOWN_API_PORT: "0" });
    for (const what of ["node", "data folder", "cache", "clickhouse", "postgres", "api port"]) {
      expect(findings.find((finding) => finding.what === what)).toMatchObject({ ok: true });
    }
  });

  it("names each server elsewhere that does not answer, without its password, and how to mend it", async () => {
    const { code, findings } = await examine({
      DRAWDOWN_NATS_URL: "nats://127.0.0.1:1",
      DRAWDOWN_CLICKHOUSE_URL: "http://u:hidden@127.0.0.1:1/d",
      DRAWDOWN_POSTGRES_URL: "postgres://u:hidden@127.0.0.1:1/d",
    });
    expect(code).toBe(1);
    for (const what of ["nats", "clickhouse", "postgres"]) {
      const finding = findings.find((candidate) => candidate.what === what);
      expect(finding).toMatchObject({ ok: false });
      expect(finding?.mend).toContain(`DRAWDOWN_${what.toUpperCase()}_URL`);
    }
    expect(JSON.stringify(findings)).not.toContain("hidden");
  });

  it("sees that a NATS server has no JetStream", async () => {
    server = createServer((socket) => socket.end('INFO {"server_name":"x"}\r\n')).listen(
      0,
      LOOPBACK,
    );
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const { findings } = await examine({ DRAWDOWN_NATS_URL: `nats://${LOOPBACK}:${port}` });
    expect(findings.find(({ what }) => what === "nats")?.detail).toContain("JetStream");
  });

  it("sees that the api's port is taken", async () => {
    server = createServer().listen(0, LOOPBACK);
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const { findings } = await examine({ DRAWDOWN_API_PORT: String(port) });
    expect(findings.find(({ what }) => what === "api port")).toMatchObject({
      ok: false,
      mend: "DRAWDOWN_API_PORT=another port",
    });
  });

  it("lists wrong settings and looks no further", async () => {
    const { code, findings } = await examine({ DRAWDOWN_SHARDS: "0", DRAWDOWN_WORKERS: "many" });
    expect(code).toBe(1);
    expect(findings.filter(({ ok, what }) => !ok && what === "settings")).toHaveLength(2);
  });

  it("refuses what it does not know", async () => {
    let err = "";
    const stderr = {
      write: (text: string) => {
        err += text;
      },
    };
    expect(await doctorCommand(["--all"], { stdout: stderr, stderr, env: {}, cwd })).toBe(2);
    expect(err).toContain("--all");
  });
});
