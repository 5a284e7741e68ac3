import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forwardedAddress, subjectOfAddress } from "./address.ts";
import { Buckets } from "./buckets.ts";
import { classOf, isCounted } from "./classes.ts";
import { makeLimiter, type Rates } from "./limiter.ts";

describe("classOf", () => {
  it.each([
    ["GET", "/v1/accounts", "read"],
    ["HEAD", "/v1/vends/x", "read"],
    ["POST", "/v1/sites", "write"],
    ["PUT", "/v1/vends/x", "vend"],
    ["POST", "/v1/vends:quote", "vend"],
    ["POST", "/v1/vendsomething", "write"],
    ["GET", "/v1/reports/load", "report"],
    ["GET", "/v1/consumption", "report"],
    ["POST", "/v1/reports/load", "report"],
  ])("%s %s is %s", (method, path, expected) => {
    expect(classOf(method, path)).toBe(expected);
  });

  it("leaves out what watches the installation", () => {
    expect(["/readyz", "/metrics", "/", "/oauth/token"].map(isCounted)).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
});

describe("subjectOfAddress", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["0000:0000:0000:0000:0000:ffff:c000:0207", "c000:207"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["2001:0DB8:0000:0000:1234:5678:9abc:def0", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
    ["", "unknown"],
    ["unknown", "unknown"],
    ["1".repeat(100), "unknown"],
  ])("%s is counted as %s", (text, expected) => {
    expect(subjectOfAddress(text)).toBe(expected);
  });

  it("takes the address that the nearest proxy wrote", () => {
    expect(forwardedAddress("10.0.0.1, 192.0.2.7")).toBe("192.0.2.7");
    expect([forwardedAddress(undefined), forwardedAddress("")]).toEqual([undefined, undefined]);
  });
});

describe("Buckets", () => {
  it("hold so many at once, then one each time that the rate allows", () => {
    const buckets = new Buckets({ perS: 10, burst: 3 }, 100);
    const take = (nowMs: number) => buckets.take("a", nowMs);
    expect([take(0), take(0), take(0)].map(({ remaining }) => remaining)).toEqual([2, 1, 0]);
    expect(take(0)).toEqual({ passes: false, remaining: 0, waitMs: 100 });
    expect(take(99).passes).toBe(false);
    expect(take(100).passes).toBe(true);
    expect(take(100).passes).toBe(false);
    expect(take(10_000).remaining).toBe(2);
    expect(buckets.take("b", 0).remaining).toBe(2);
  });

  it("never let through more than burst + rate × time, and no less to one who waits", () => {
    const gaps = fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { maxLength: 300 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 50 }),
        gaps,
        (perS, burst, steps) => {
          const buckets = new Buckets({ perS, burst }, 10);
          let nowMs = 1_000;
          let passed = 0;
          for (const gapMs of steps) {
            nowMs += gapMs;
            const { passes, waitMs } = buckets.take("a", nowMs);
            if (passes) passed++;
            else expect(buckets.take("a", nowMs + waitMs + 0.01).passes).toBe(true);
            if (!passes) {
              nowMs += waitMs + 0.01;
              passed++;
            }
          }
          expect(passed).toBeLessThanOrEqual(burst + ((nowMs - 1_000) * perS) / 1_000 + 0.01);
        },
      ),
    );
  });

  it("remember no more subjects than they may, and forget who came first", () => {
    const buckets = new Buckets({ perS: 1, burst: 1 }, 100);
    for (let i = 0; i < 10_000; i++) buckets.take(String(i), 0);
    expect(buckets.size).toBe(100);
    expect(buckets.take("9999", 0).passes).toBe(false);
    expect(buckets.take("0", 0).passes).toBe(true);
  });

  it("lock nobody out when the clock goes back", () => {
    const buckets = new Buckets({ perS: 1, burst: 2 }, 10);
    buckets.take("a", 1e9);
    expect(buckets.take("a", 0).waitMs).toBeLessThanOrEqual(2_000);
  });
});

const NONE: Rates = { read: 0, write: 0, vend: 0, report: 0, portal: 0, anonymous: 0 };

describe("makeLimiter", () => {
  it("tells of the limit in each answer, and when to come again", () => {
    const limiter = makeLimiter({ ...NONE, read: 1 });
    const told = [0, 0, 0].map((nowMs) => limiter("read", "k", nowMs));
    expect(told).toEqual([
      { policy: '"read";q=2;w=2', state: '"read";r=1;t=0', retryAfterS: undefined },
      { policy: '"read";q=2;w=2', state: '"read";r=0;t=1', retryAfterS: undefined },
      { policy: '"read";q=2;w=2', state: '"read";r=0;t=1', retryAfterS: 1 },
    ]);
    expect(limiter("write", "k", 0)).toBeUndefined();
  });

  it("costs under a microsecond a request", () => {
    const limiter = makeLimiter({ ...NONE, read: 1_000_000 });
    const keys = Array.from({ length: 1_000 }, (_, i) => `key-${i}`);
    const round = (): number => {
      const began = performance.now();
      for (let i = 0; i < 100_000; i++) limiter("read", keys[i % 1_000] ?? "", i);
      return (performance.now() - began) / 100;
    };
    const us = Math.min(...Array.from({ length: 5 }, round));
    process.stdout.write(`rate limiter: ${(us * 1_000).toFixed(0)} ns a request\n`);
    expect(us).toBeLessThan(1);
  });
});
