/**
 * Which URLs a webhook endpoint can have. What its name resolves to is looked at each time that it is called.
 */
import { isIP } from "node:net";
import { URL_MAX } from "../registry/schema/notifications.ts";
import { isPublic } from "./addresses.ts";

/** Names that lead inside wherever they are asked. */
const INSIDE = /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa|localdomain)$/;

/** The host of a URL without brackets, port and final dot. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}

/** What is wrong with the URL; undefined where nothing is. `privateHosts` are let through, over http too. */
export function urlFault(text: string, privateHosts: ReadonlySet<string>): string | undefined {
  if (text.length > URL_MAX) return `must have at most ${URL_MAX} characters`;
  if (!URL.canParse(text)) return "must be a URL such as https://example.com/hooks";
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return "must begin with https://";
  if (url.username !== "" || url.password !== "") return "must not hold a user or a password";
  if (url.hash !== "") return "must not hold a fragment (#)";
  const host = hostOf(url);
  if (privateHosts.has(host)) return undefined;
  const isAddress = isIP(host) !== 0;
  if (isAddress && !isPublic(host)) return PRIVATE;
  if (!isAddress && (INSIDE.test(host) || !host.includes("."))) return PRIVATE;
  if (url.protocol !== "https:") return "must begin with https://";
  return undefined;
}

const PRIVATE =
  "must not lead to a private address; a host of your own network is named in DRAWDOWN_WEBHOOK_PRIVATE_HOSTS";
