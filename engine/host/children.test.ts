import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type RoleSpec, superviseRole } from "./children.ts";
import { startNats } from "./nats.ts";
import { identityOf, isAlive } from "./process-identity.ts";
import { nodeArguments } from "./program.ts";
import { superviseServer } from "./supervised-server.ts";
import { temporaryFolder } from "./testing.ts";

const data = temporaryFolder("roles");
afterAll(() => rmSync(data, { recursive: true, force: true }));

function role(name: string, said: string[]): RoleSpec {
  const program = new URL("./testing/role.ts", import.meta.url);
  return { name, argv: [name], env: process.env, data, say: (line) => said.push(line), program };
}

describe("superviseRole", () => {
  it("lets a role end in order and logs what it wrote", async () => {
    const said: string[] = [];
    const seen: string[] = [];
    const steady = await superviseRole({
      ...role("orderly", said),
      onLine: (line) => seen.push(line),
    });
    const pid = steady.pid() ?? 0;
    await expect.poll(() => seen.join(), { timeout: 10_000 }).toContain("begins orderly");
    await steady.stop();
    expect(await steady.ended).toEqual({ reason: "stopped" });
    expect(identityOf(pid)).toBeUndefined();
    expect(readFileSync(join(data, "logs", "orderly.log"), "utf8")).toContain("ended in order");
    expect(said).toEqual([]);
  });

  it("gives a role's process the flags of Node that are its own", async () => {
    for (const [name, flags] of [
      ["engine", ["--single-threaded-gc"]],
      ["other", []],
    ] as const) {
      const steady = await superviseRole({ ...role(name, []), argv: ["steady"] });
      const words = readFileSync(`/proc/${steady.pid()}/cmdline`, "utf8").split("\0");
      expect(words.slice(1).filter((word) => word.endsWith("-gc"))).toEqual(flags);
      await steady.stop();
    }
  });

  it("starts a role again that was killed", async () => {
    const said: string[] = [];
    const steady = await superviseRole(role("killed", said));
    const first = steady.pid() ?? 0;
    process.kill(first, "SIGKILL");
    await expect.poll(() => steady.restarts(), { timeout: 10_000 }).toBe(1);
    expect(steady.pid()).not.toBe(first);
    await steady.stop();
    expect(said).toEqual(["killed ended (signal SIGKILL); starting it again in 0.25 s"]);
  });

  it("tells an error of a crashing role in one line, and stops while it waits to start it again", async () => {
    const said: string[] = [];
    const crashing = await superviseRole(role("crash", said));
    await expect.poll(() => said.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    await crashing.stop();
    expect(said.slice(0, 2)).toEqual([
      "crash: cannot go on: disk gone",
      "crash ended (exit code 1); starting it again in 0.25 s",
    ]);
  });

  it("does not start a role again that was used wrongly", async () => {
    const said: string[] = [];
    const wrong = await superviseRole(role("wrong-use", said));
    expect(await wrong.ended).toEqual({ reason: "gave_up", detail: "exit code 2" });
    expect(said.join()).toContain("is not started again");
  });

  it("leaves no role behind when the supervisor is killed", async () => {
    const owner = spawn(
      process.execPath,
      [...nodeArguments(new URL("./testing/role-owner.ts", import.meta.url)), data],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const [chunk] = (await once(owner.stdout, "data")) as [Buffer];
    const steady = identityOf(Number(chunk.toString()));
    expect(steady).toBeDefined();
    process.kill(owner.pid ?? 0, "SIGKILL");
    await expect
      .poll(() => steady !== undefined && isAlive(steady), { timeout: 10_000 })
      .toBe(false);
  });
});

describe("superviseServer", () => {
  it("starts a killed server again at the same address", async () => {
    const said: string[] = [];
    const server = await superviseServer({
      title: "NATS",
      start: startNats,
      options: { data, port: 0, say: (line) => said.push(line) },
    });
    const { pid, port } = server;
    process.kill(pid, "SIGKILL");
    await expect.poll(() => server.pid, { timeout: 15_000 }).not.toBe(pid);
    expect(server.port).toBe(port);
    await server.stop();
    expect(identityOf(server.pid)).toBeUndefined();
    expect(said).toEqual(["NATS ended unasked; starting it again in 0.25 s"]);
  });
});
