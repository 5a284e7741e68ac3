/**
 * A tried payment: what `quote` tells is what the very next credit then comes to, and asking changes no state.
 */
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { OutputReader } from "../engine/core/outputs.ts";
import { stateExtents } from "../engine/journal/extents.ts";
import { KernelSide } from "../engine/prove/kernel-side.ts";
import { tellToModel } from "../engine/prove/prove.ts";
import { utc, World } from "../engine/prove/testing/world.ts";
import {
  CODE_ACCOUNT_UNKNOWN,
  CODE_APPLIED,
  COLD_BASE,
  COLD_BYTES,
  COLD_COMMAND_NUMBER,
} from "./assembly/layout.ts";
import { instantiate, type Kernel, loadKernel } from "./kernel.ts";

/** Stories that are told: some seventy steps each. */
const STORIES = 60;

let side: KernelSide;
let kernel: Kernel;
let outputs: OutputReader;

beforeAll(() => {
  const module = loadKernel();
  side = new KernelSide(module);
  kernel = instantiate(module, side.memory);
  outputs = new OutputReader(side.memory);
});

function digest(): string {
  const hash = createHash("sha256");
  for (const { address, bytes } of stateExtents(side.memory)) {
    hash.update(Buffer.from(new Uint8Array(side.memory.buffer, address, bytes)));
  }
  return hash.digest("hex");
}

function told(slot: number, nowS: number, amount: bigint): string {
  kernel.quote(slot, nowS, amount);
  const { code, balance, parts } = outputs.outcome(0);
  return `${code} ${balance} ${code === CODE_APPLIED ? parts.join("/") : ""}`;
}

describe("a tried payment", () => {
  it("comes to what the credit behind it comes to, in every story, and changes nothing", () => {
    const codes = new Map<string, number>();
    for (let chapter = 0; chapter < STORIES; chapter++) {
      const { story } = tellToModel(21, chapter);
      side.begin(story.versions);
      for (const step of story.steps) {
        if (step.kind !== "command" || step.command.op !== "credit") {
          side.apply(step);
          continue;
        }
        const { slot, number, amount_micros } = step.command;
        const last = side.view.getUint32(COLD_BASE + slot * COLD_BYTES + COLD_COMMAND_NUMBER, true);
        const before = digest();
        const trial = told(slot, step.atS, BigInt(amount_micros));
        expect(digest()).toBe(before);
        const [code, , balance, parts] = side.apply(step).answer.split(" ");
        if (number !== last + 1) continue;
        expect(trial).toBe(`${code} ${balance} ${code === "0" ? parts : ""}`);
        codes.set(code ?? "", (codes.get(code ?? "") ?? 0) + 1);
      }
    }
    expect(codes.get("0")).toBeGreaterThan(100);
    expect(codes.size).toBeGreaterThan(3);
  });

  it("is refused where there is no account", () => {
    World.of(undefined, side);
    expect(kernel.quote(1, utc("2024-01-01T00:00Z"), 5_000_000n)).toBe(CODE_ACCOUNT_UNKNOWN);
    expect(kernel.quote(0, utc("2024-01-01T00:00Z"), 5_000_000n)).toBe(CODE_APPLIED);
  });

  it("traps on an amount or slot that cannot be", () => {
    expect(() => kernel.quote(0, 0, 0n)).toThrow();
    expect(() => kernel.quote(0, 0, -1n)).toThrow();
    expect(() => kernel.quote(1 << 20, 0, 1n)).toThrow();
  });
});
