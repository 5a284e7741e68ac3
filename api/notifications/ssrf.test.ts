import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPublic } from "./addresses.ts";
import { checkedAddress } from "./resolve.ts";
import { urlFault } from "./url-rule.ts";

/** Where webhooks may not lead, by address, by URL and by what a name resolves to. */

const PRIVATE = [
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "100.100.100.200",
  "127.0.0.1",
  "127.255.255.254",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.192",
  "192.0.2.1",
  "192.168.1.1",
  "198.18.0.1",
  "198.51.100.7",
  "203.0.113.9",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::ffff:169.254.169.254",
  "::ffff:8.8.8.8",
  "::127.0.0.1",
  "64:ff9b::7f00:1",
  "64:ff9b:1::a00:1",
  "100::1",
  "2001::1",
  "2001:db8::1",
  "2002:7f00:1::",
  "3fff::1",
  "fc00::1",
  "fd00:ec2::254",
  "fe80::1",
  "fe80::1%eth0",
  "fec0::1",
  "ff02::1",
  "not an address",
  "",
];
const PUBLIC = [
  "1.1.1.1",
  "8.8.8.8",
  "172.15.0.1",
  "172.32.0.1",
  "192.169.0.1",
  "100.128.0.1",
  "2606:4700::1111",
  "2a00:1450:4003::200e",
];

describe("an address", () => {
  it.each(PRIVATE)("%s is not for everybody", (address) => expect(isPublic(address)).toBe(false));
  it.each(PUBLIC)("%s is", (address) => expect(isPublic(address)).toBe(true));

  it("of a private net is never public, written plainly or inside IPv6", () => {
    const byte = fc.nat({ max: 255 });
    const nets = fc.constantFrom([10], [127], [169, 254], [192, 168], [172, 16], [172, 31]);
    fc.assert(
      fc.property(nets, byte, byte, byte, (net, a, b, c) => {
        const address = [...net, a, b, c].slice(0, 4).join(".");
        expect(isPublic(address)).toBe(false);
        expect(isPublic(`::ffff:${address}`)).toBe(false);
      }),
    );
  });
});

describe("a URL", () => {
  const none = new Set<string>();

  it.each([
    "http://127.0.0.1/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://017700000001/",
    "https://127.1/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[::ffff:a9fe:a9fe]/latest/meta-data",
    "https://169.254.169.254/latest/meta-data",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://a.localhost/",
    "https://metadata.google.internal/",
    "https://printer.local/",
    "https://intranet/",
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "javascript:alert(1)",
    "https://user:secret@example.com/",
    "https://example.com/#part",
    "https://",
    "example.com",
    `https://example.com/${"a".repeat(1_000)}`,
  ])("%s is refused", (url) => expect(urlFault(url, none)).toEqual(expect.any(String)));

  it.each(["https://example.com/hooks", "https://example.com:8443/a?b=c", "https://8.8.8.8/"])(
    "%s is taken",
    (url) => expect(urlFault(url, none)).toBeUndefined(),
  );

  it("of a host that is allowed is taken, over http too, and no other", () => {
    const allowed = new Set(["127.0.0.1", "hooks.lan"]);
    expect(urlFault("http://127.0.0.1:9000/", allowed)).toBeUndefined();
    expect(urlFault("https://hooks.lan/", allowed)).toBeUndefined();
    expect(urlFault("http://127.0.0.2:9000/", allowed)).toBeDefined();
    expect(urlFault("http://evil.hooks.lan/", allowed)).toBeDefined();
  });
});

describe("a name", () => {
  const found = (...addresses: string[]) =>
    checkedAddress("example.com", new Set(), async () =>
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );

  it("is connected to at the address that was checked", async () => {
    expect(await found("8.8.8.8", "2606:4700::1111")).toEqual({ address: "8.8.8.8", family: 4 });
  });

  it.each([
    ["127.0.0.1"],
    ["8.8.8.8", "10.0.0.1"],
    ["2606:4700::1111", "::ffff:127.0.0.1"],
    ["169.254.169.254"],
  ])("that leads to %s is refused, whatever else it leads to", async (...addresses) => {
    await expect(found(...addresses)).rejects.toThrow("private address");
  });

  it("without an address, or that cannot be resolved, is refused", async () => {
    await expect(found()).rejects.toThrow("no address");
    const fails = checkedAddress("example.com", new Set(), () => Promise.reject(new Error("no")));
    await expect(fails).rejects.toThrow("cannot be resolved");
  });
});
