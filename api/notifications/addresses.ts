/**
 * Which addresses are nobody's business: private, local, shared, reserved and metadata ones, in IPv4, IPv6 and the forms in
 * which IPv6 carries IPv4.
 */
import { BlockList, isIPv4, isIPv6 } from "node:net";

const IPV4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];
/** Only global unicast (2000::/3) is public, and of it not these: protocols, documentation, 6to4. */
const IPV6: readonly (readonly [string, number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const closed = new BlockList();
for (const [net, bits] of IPV4) closed.addSubnet(net, bits, "ipv4");
for (const [net, bits] of IPV6) closed.addSubnet(net, bits, "ipv6");
const open = new BlockList();
open.addSubnet("2000::", 3, "ipv6");

/** Whether an address may be connected to by whoever names it. What is no address is not public either. */
export function isPublic(address: string): boolean {
  if (isIPv4(address)) return !closed.check(address, "ipv4");
  // IPv6 that carries IPv4 (mapped, compatible, NAT64) lies outside 2000::/3. A zone id names a link.
  if (!isIPv6(address) || address.includes("%")) return false;
  return open.check(address, "ipv6") && !closed.check(address, "ipv6");
}
