import { describe, expect, it } from "vitest";
import { SECTOR_BYTES } from "../../contract/disk.ts";
import { Random } from "../../prove/random.ts";
import { SimDisk } from "./disk.ts";
import { FileNode } from "./disk-node.ts";
import { Faults } from "./faults.ts";
import { Life } from "./life.ts";
import { Scheduler } from "./scheduler.ts";

const SECTORS = 8;

function filled(byte: number): Buffer {
  return Buffer.alloc(SECTORS * SECTOR_BYTES, byte);
}

describe("a file after a power cut", () => {
  it("has all that was synced, and of the rest whole sectors or nothing", () => {
    let torn = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const node = new FileNode();
      node.write(filled(1), 0);
      node.sync();
      node.write(filled(2), 0);
      torn += node.cut(new Random(seed)).torn ? 1 : 0;
      const bytes = node.read(0, node.length);
      expect(bytes.length).toBe(SECTORS * SECTOR_BYTES);
      for (let at = 0; at < bytes.length; at += SECTOR_BYTES) {
        const sector = bytes.subarray(at, at + SECTOR_BYTES);
        expect(
          [filled(1), filled(2)].some((all) => sector.equals(all.subarray(0, SECTOR_BYTES))),
        ).toBe(true);
      }
    }
    expect(torn).toBeGreaterThan(20);
  });

  it("never gets back what a failed sync had in hand, unless it is written again", () => {
    for (let seed = 1; seed <= 50; seed++) {
      const node = new FileNode();
      node.write(filled(1), 0);
      node.sync();
      node.write(filled(2), 0);
      node.failSync();
      node.sync();
      expect(node.read(0, 1)[0]).toBe(2);
      node.write(filled(3).subarray(0, SECTOR_BYTES), 0);
      node.sync();
      node.cut(new Random(seed));
      expect(node.read(0, 1)[0]).toBe(3);
      expect(node.read(SECTOR_BYTES, 1)[0]).toBe(1);
    }
  });

  it("with a turned bit is as it was once the bit is turned back, save what was written there since", () => {
    const node = new FileNode();
    node.write(filled(1), 0);
    const back = node.flip(700, 3);
    expect(node.read(700, 1)[0]).toBe(9);
    back();
    expect(node.read(0, node.length).equals(filled(1))).toBe(true);
    const other = node.flip(700, 3);
    node.write(Buffer.from([5]), 700);
    other();
    expect(node.read(700, 1)[0]).toBe(5);
  });
});

describe("a disk", () => {
  const world = (seed: number) => {
    const scheduler = new Scheduler();
    const disk = new SimDisk("d", { random: new Random(seed), faults: new Faults([]), scheduler });
    const life = new Life("p", scheduler, { offsetMs: 0 });
    const run = async <Result>(work: Promise<Result>): Promise<Result> => {
      let isOver = false;
      const end = (): void => {
        isOver = true;
      };
      work.then(end, end);
      await scheduler.run(60_000_000, () => isOver);
      return work;
    };
    return { scheduler, disk, life, run, port: disk.portOf(life) };
  };

  it("forgets names that were not synced, some of the time and newest first", async () => {
    let forgotten = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const { disk, run, port } = world(seed);
      await run(port.mkdir("/a"));
      await run(port.open("/a/one", "make"));
      await run(port.syncFolder("/a"));
      await run(port.open("/a/two", "make"));
      await run(port.open("/a/three", "make"));
      disk.cutPower();
      const names = disk.names("/a");
      expect([["one"], ["one", "two"], ["one", "three", "two"]]).toContainEqual(names);
      forgotten += names.length < 3 ? 1 : 0;
    }
    expect(forgotten).toBeGreaterThan(10);
  });

  it("never answers the dead", async () => {
    const { scheduler, life, port } = world(1);
    let isAnswered = false;
    void port.mkdir("/a").then(() => {
      isAnswered = true;
    });
    life.kill();
    await scheduler.run(1_000_000);
    expect(isAnswered).toBe(false);
  });

  it("that is full takes nothing more, and what fits already may be written again", async () => {
    const { disk, run, port } = world(3);
    await run(port.mkdir("/a"));
    const file = await run(port.open("/a/one", "make"));
    await run(file.write([filled(1)], 0));
    disk.trouble.isFull = true;
    await expect(run(file.write([filled(2)], filled(1).length))).rejects.toMatchObject({
      code: "ENOSPC",
    });
    await expect(run(port.open("/a/two", "make"))).rejects.toMatchObject({ code: "ENOSPC" });
    await run(file.write([filled(3)], 0));
    expect((await run(file.read(0, 1)))[0]).toBe(3);
  });
});
