/**
 * The tester: Specmatic, an independent program in Java. It makes requests from a document, good ones and bad ones (every
 * member left out, of another type, null, too long, too short), and judges each answer by the document.
 */
import { type SpawnOptions, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "./document.ts";

const SPECMATIC = "specmatic@2.55.1";
/** Combinations of a body's members that are tried. */
const COMBINATIONS_MAX = 12;
const HEAP = "-Xmx3g";

/** A test of the tester that did not go as its document says. */
export type Finding = { test: string; said: string };
/** What came of one document. */
export type Pass = { tests: number; findings: Finding[] };

/** The program's archive, installed beside the project's own packages; undefined where it, or Java, is not to be had. */
export async function specmaticJar(folder: string): Promise<string | undefined> {
  const jar = join(folder, "node_modules/specmatic/specmatic.jar");
  mkdirSync(folder, { recursive: true });
  if (!existsSync(jar)) {
    const options = ["install", "--no-save", "--ignore-scripts", "--prefix", folder, SPECMATIC];
    await ran("npm", options, { stdio: "ignore" });
  }
  const hasJava = (await ran("java", ["-version"], { stdio: "ignore" })) === 0;
  return hasJava && existsSync(jar) ? jar : undefined;
}

/** Tests an address by a document, with a key; `folder` is for this pass alone. Throws where the program ran no test. */
export async function testBy(
  jar: string,
  folder: string,
  { document, url, key }: { document: Json; url: string; key: string },
): Promise<Pass> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "openapi.json"), JSON.stringify(document));
  const config = {
    version: 2,
    contracts: [{ filesystem: { directory: "." }, provides: ["openapi.json"] }],
    security: { OpenAPI: { securitySchemes: { bearer: { type: "bearer", token: key } } } },
    test: {
      resiliencyTests: { enable: "all" },
      maxTestRequestCombinations: COMBINATIONS_MAX,
    },
  };
  writeFileSync(join(folder, "specmatic.json"), JSON.stringify(config));
  const told = ["test", `--testBaseURL=${url}`, "--timeout=30"];
  const log = join(folder, "log.txt");
  await ran("bash", ["-c", 'exec java "$@" > log.txt 2>&1', "java", HEAP, "-jar", jar, ...told], {
    cwd: folder,
    stdio: "ignore",
  });
  const pass = readLog(readFileSync(log, "utf8"));
  if (pass.tests < 2) throw new Error(`the tester could not read the document: see ${log}`);
  return pass;
}

const ENDED = /^([+-]ve {2}Scenario: .*) has (SUCCEEDED|FAILED)$/;
const NEXT = "--------------------";

/** Reads what it printed: each test's request and answer, then how it ended and, where it failed, why. */
export function readLog(text: string): Pass {
  const findings: Finding[] = [];
  let tests = 0;
  let failed: { test: string; said: string[] } | undefined;
  const close = (): void => {
    if (failed !== undefined) {
      findings.push({ test: failed.test, said: failed.said.join(" ").replaceAll(/\s+/g, " ") });
    }
    failed = undefined;
  };
  for (const line of text.split("\n")) {
    const ended = ENDED.exec(line);
    if (ended !== null) {
      close();
      tests++;
      if (ended[2] === "FAILED") failed = { test: ended[1] ?? "", said: [] };
    } else if (line.startsWith(NEXT)) close();
    else failed?.said.push(line);
  }
  close();
  return { tests, findings };
}

function ran(command: string, argv: readonly string[], options: SpawnOptions): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, argv, options);
    child.on("error", () => resolve(127));
    child.on("close", (code) => resolve(code ?? 1));
  });
}
