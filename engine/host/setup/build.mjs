/**
 * The build: kernel to WebAssembly and TypeScript to JavaScript, each only when its sources changed.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runStep } from "./child.mjs";
import { fingerprint } from "./fingerprint.mjs";

/** The steps that are due, each with its name and a function that does it; empty when all is built. */
export function dueSteps(root) {
  return [kernelStep(root), codeStep(root)].filter((step) => step.due);
}

function kernelStep(root) {
  const at = (...parts) => join(root, ...parts);
  const state = fingerprint(
    [at("kernel-as"), at("asconfig.json"), at("package-lock.json")],
    isSource,
  );
  return step({
    root,
    name: "kernel",
    state,
    product: at("dist", "wasm", "kernel.wasm"),
    work: () => runStep(process.execPath, [at("kernel-as", "build.mjs")], { cwd: root }),
  });
}

function codeStep(root) {
  const at = (...parts) => join(root, ...parts);
  const sources = [
    "cli.ts",
    "kernel-as",
    "engine",
    "gateway",
    "api",
    "tsconfig.json",
    "tsconfig.build.json",
    "package-lock.json",
  ];
  const state = fingerprint(
    sources.map((name) => at(name)),
    isCode,
  );
  const product = at("dist", "cli.js");
  return step({
    root,
    name: "code",
    state,
    product,
    work: async () => {
      // The compiler's memory of what it wrote would keep it from writing again what was deleted.
      if (!existsSync(product))
        rmSync(at("node_modules", ".cache", "tsconfig.build.tsbuildinfo"), { force: true });
      const compiler = at("node_modules", "typescript", "bin", "tsc");
      await runStep(process.execPath, [compiler, "-p", "tsconfig.build.json"], { cwd: root });
    },
  });
}

function step({ root, name, state, product, work }) {
  const stamp = join(root, "dist", `.built-${name}`);
  const due = !existsSync(product) || !existsSync(stamp) || readFileSync(stamp, "utf8") !== state;
  return {
    name,
    due,
    run: async () => {
      await work();
      if (!existsSync(product))
        throw Object.assign(new Error(`${product} was not made`), { output: "" });
      mkdirSync(join(root, "dist"), { recursive: true });
      writeFileSync(stamp, state);
    },
  };
}

function isSource(path) {
  return !path.endsWith(".test.ts");
}

/** Pages, migrations and device files are found where they lie and are no part of the build; JSON may be imported. */
function isCode(path) {
  return (path.endsWith(".ts") && !path.endsWith(".test.ts")) || path.endsWith(".json");
}
