/**
 * By what an address is counted: IPv4 as it is, IPv6 by its network of 64 bits, which one machine has for itself alone.
 */

/** Longest address that is looked at. */
const ADDRESS_CHARS_MAX = 64;

/** The subject of an address as text; a text that is none counts as one and the same stranger. */
export function subjectOfAddress(text: string): string {
  const address = text.trim();
  if (address.length > ADDRESS_CHARS_MAX || !/^[0-9a-fA-F:.]+$/.test(address)) return "unknown";
  if (!address.includes(":")) return address;
  const groups = groupsOf(address);
  const isMapped = groups[5] === "ffff" && groups.slice(0, 5).every((group) => group === "0");
  return (isMapped ? groups.slice(6) : groups.slice(0, 4)).join(":");
}

/** The groups of an IPv6 address without leading zeros; an IPv4 address at its end stays one. */
function groupsOf(address: string): string[] {
  const [head = "", tail] = address.toLowerCase().split("::");
  const before = head === "" ? [] : head.split(":");
  const behind = tail === undefined || tail === "" ? [] : tail.split(":");
  const dotted = address.includes(".") ? 1 : 0;
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - behind.length - dotted);
  const groups = [...before, ...new Array<string>(zeros).fill("0"), ...behind];
  return groups.map((group) => group.replace(/^0+(?=.)/, ""));
}

/** The address that a proxy of ours tells of: the last one in X-Forwarded-For, which the proxy itself wrote. */
export function forwardedAddress(header: string | undefined): string | undefined {
  const last = header?.split(",").at(-1)?.trim();
  return last === "" ? undefined : last;
}
