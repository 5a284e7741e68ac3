import { describe, expect, it } from "vitest";
import { proveCommand } from "./command.ts";

function run(...argv: string[]): { code: number; out: string; err: string } {
  const texts = { out: "", err: "" };
  const code = proveCommand(argv, {
    stdout: { write: (text) => (texts.out += text) },
    stderr: { write: (text) => (texts.err += text) },
    env: {},
    cwd: "/",
  });
  return { code, ...texts };
}

describe("drawdown prove", () => {
  it("prints what was proven as JSON", () => {
    const { code, out, err } = run("--steps", "300", "--seed", "5", "--json");
    expect([code, err]).toEqual([0, ""]);
    const proof = JSON.parse(out) as Record<string, number>;
    expect(Object.keys(proof)).toEqual(["steps", "accounts", "outputs", "mismatches", "seed"]);
    expect(proof).toMatchObject({ mismatches: 0, seed: 5 });
    expect(proof["steps"]).toBeGreaterThanOrEqual(300);
  });

  it("prints a line for people, with the seed that repeats it", () => {
    const { code, out } = run("--steps", "200", "--seed", "6");
    expect(code).toBe(0);
    expect(out).toMatch(/^\d+ steps of \d+ accounts with \d+ outputs: 0 mismatches \(seed 6\)\n$/);
  });

  it.each([
    [["--steps", "many"]],
    [["--steps", "-1"]],
    [["--seed", "4294967296"]],
    [["--steps", "1000000001"]],
    [["--stepps", "5"]],
    [["5"]],
  ])("%j is wrong use", (argv) => {
    expect(() => run(...argv)).toThrow("usage: drawdown prove");
  });
});
