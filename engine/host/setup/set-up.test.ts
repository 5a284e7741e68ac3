import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packageRoot } from "../../contract/assets.ts";
import { temporaryFolder } from "../testing.ts";

/** Stands for the world outside: an npm that installs a compiler, and a compiler that writes a command line. Both count. */
const NPM = `
const { appendFileSync, mkdirSync, writeFileSync } = require("node:fs");
appendFileSync("calls", "npm " + process.argv.slice(2).join(" ") + "\\n");
mkdirSync("node_modules/typescript/bin", { recursive: true });
writeFileSync("node_modules/typescript/bin/tsc", ${JSON.stringify(`
const { appendFileSync, existsSync, mkdirSync, writeFileSync } = require("node:fs");
appendFileSync("calls", "tsc\\n");
if (existsSync("broken")) { console.log("cli.ts(1,1): error TS1: broken"); process.exit(2); }
setTimeout(() => {
  mkdirSync("dist/engine/host", { recursive: true });
  writeFileSync("dist/cli.js", "console.log('ran ' + process.argv.slice(2).join(' '))");
  writeFileSync("dist/engine/host/fetch-servers.js", "export async function fetchServers(say) { say('fetched'); }");
}, 300);
`)});
writeFileSync("node_modules/.package-lock.json", "{}");
`;

const KERNEL = `
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
appendFileSync("calls", "kernel\\n");
mkdirSync("dist/wasm", { recursive: true });
writeFileSync("dist/wasm/kernel.wasm", "");
`;

let root: string;
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  root = temporaryFolder("set-up");
  const npm = join(temporaryFolder("npm"), "npm-cli.js");
  writeFileSync(npm, NPM);
  env = { PATH: process.env["PATH"], npm_execpath: npm };
  for (const part of ["drawdown.mjs", join("engine", "host", "setup")]) {
    mkdirSync(dirname(join(root, part)), { recursive: true });
    cpSync(join(packageRoot(), part), join(root, part), { recursive: true });
  }
  put("package.json", '{"name":"drawdown","type":"module"}');
  put("package-lock.json", "{}");
  put("tsconfig.build.json", "{}");
  put("cli.ts", "");
  put("kernel-as/build.mjs", KERNEL);
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
  rmSync(dirname(String(env["npm_execpath"])), { recursive: true, force: true });
});

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Runs the command and tells its code, both outputs, and which outside programs it called. */
function drawdown(...args: string[]): {
  status: number | null;
  stdout: string;
  stderr: string;
  calls: string[];
} {
  rmSync(join(root, "calls"), { force: true });
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, "drawdown.mjs"), ...args],
    { cwd: root, env, encoding: "utf8" },
  );
  return { status, stdout, stderr, calls: calls() };
}

function calls(): string[] {
  const path = join(root, "calls");
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(" ")[0] ?? "")
    .sort();
}

function touch(path: string): void {
  const later = new Date(Date.now() + 60_000);
  utimesSync(join(root, path), later, later);
}

describe("drawdown.mjs", () => {
  it("installs, builds and runs the first time; only runs the second time", () => {
    const first = drawdown("rate", "--json");
    expect(first).toMatchObject({
      status: 0,
      stdout: "ran rate --json\n",
      calls: ["kernel", "npm", "tsc"],
    });
    expect(first.stderr).toMatch(
      /installing dependencies .*\n.*took [\d.]+ s\n.*building kernel and code …\n/,
    );
    expect(drawdown("rate")).toEqual({ status: 0, stdout: "ran rate\n", stderr: "", calls: [] });
  });

  it("does again only what a change asks for", () => {
    drawdown("--set-up");
    touch("cli.ts");
    expect(drawdown().calls).toEqual(["tsc"]);
    put("kernel-as/index.ts", "");
    expect(drawdown().calls).toEqual(["kernel", "tsc"]);
    put("engine/core/a.test.ts", "");
    expect(drawdown().calls).toEqual([]);
    put("package-lock.json", '{"changed":true}');
    touch("package-lock.json");
    expect(drawdown().calls).toContain("npm");
    rmSync(join(root, "dist"), { recursive: true });
    expect(drawdown().calls).toEqual(["kernel", "tsc"]);
  });

  it("takes an installation that somebody made by hand", () => {
    drawdown("--set-up");
    put("package-lock.json", '{"changed":true}');
    const later = new Date(Date.now() + 120_000);
    utimesSync(join(root, "node_modules/.package-lock.json"), later, later);
    expect(drawdown().calls).not.toContain("npm");
  });

  it("stops after the set-up with --set-up, the servers fetched", () => {
    const { stdout, stderr } = drawdown("--set-up");
    expect(stdout).toBe("");
    expect(stderr).toContain("fetched");
  });

  it("shows what a failed step said, and tries it again the next time", () => {
    put("broken", "");
    const failed = drawdown("rate");
    expect(failed).toMatchObject({ status: 1, stdout: "" });
    expect(failed.stderr).toContain("error TS1: broken");
    expect(failed.stderr).toContain('try "npm run build"');
    rmSync(join(root, "broken"));
    expect(drawdown("rate")).toMatchObject({ status: 0, stdout: "ran rate\n" });
  });

  it("does the work once when two start at the same time", async () => {
    const run = (): Promise<string> =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, [join(root, "drawdown.mjs"), "x"], {
          cwd: root,
          env,
        });
        let said = "";
        for (const stream of [child.stdout, child.stderr])
          stream.setEncoding("utf8").on("data", (text: string) => {
            said += text;
          });
        child.once("close", () => resolve(said));
      });
    const both = await Promise.all([run(), run()]);
    for (const said of both) expect(said).toContain("ran x");
    expect(calls()).toEqual(["kernel", "npm", "tsc"]);
  });

  it("takes over the lock of a set-up that was killed", () => {
    put(".cache/set-up.lock", String(spawnSync("true").pid));
    expect(drawdown("x")).toMatchObject({ status: 0, stdout: "ran x\n" });
    expect(existsSync(join(root, ".cache/set-up.lock"))).toBe(false);
  });

  it("installs and builds nothing in a package without sources", () => {
    drawdown("--set-up");
    for (const path of ["tsconfig.build.json", "cli.ts", "node_modules", "kernel-as"])
      rmSync(join(root, path), { recursive: true });
    expect(drawdown("x")).toMatchObject({ status: 0, stdout: "ran x\n", calls: [] });
  });
});

describe("count-tests.mjs", () => {
  it.each([
    ["      Tests  3 failed | 17 passed | 2 skipped (22)\n", "17 passed, 3 failed, 2 skipped\n"],
    [
      "\u001b[2m      Tests \u001b[22m \u001b[1m\u001b[32m5 passed\u001b[39m\u001b[22m\u001b[90m (5)\u001b[39m\n",
      "5 passed, 0 failed, 0 skipped\n",
    ],
    ["lint failed\n", "0 passed, 0 failed, 0 skipped\n"],
  ])("closes with one plain line", (output, expected) => {
    put("output", output);
    const counter = join(packageRoot(), "engine/host/setup/count-tests.mjs");
    expect(
      spawnSync(process.execPath, [counter, join(root, "output")], { encoding: "utf8" }).stdout,
    ).toBe(expected);
  });
});
