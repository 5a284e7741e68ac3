/**
 * The URL of a request, put together from what the client sent: its Host header and its target. Common ones pass
 * unparsed; anything unusual goes through the URL parser, so that the app sees the same text whichever engine serves.
 */

/** Longest Host header taken. */
const HOST_CHARS_MAX = 255;

const PLAIN_HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/;
const PLAIN_TARGET = /^\/[\w\-~:@!$&'()*+,;=/.%]*$/;
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

let lastHost = "";

/** Whether a Host header names a host and nothing else; remembers the last good one, as nearly all are alike. */
export function isPlainHost(host: string): boolean {
  if (host === lastHost && host !== "") return true;
  if (host.length > HOST_CHARS_MAX || !PLAIN_HOST.test(host)) return false;
  lastHost = host;
  return true;
}

/** The absolute URL, or undefined where host or target are malformed. */
export function addressOf(
  host: string,
  path: string,
  query: string | undefined,
): string | undefined {
  if (!isPlainHost(host)) return undefined;
  const raw = `http://${host}${path}${query ? `?${query}` : ""}`;
  if (PLAIN_TARGET.test(path) && !DOT_SEGMENT.test(path) && !hasOddity(query)) return raw;
  if (!path.startsWith("/")) return undefined;
  try {
    return new URL(raw).href;
  } catch {
    return undefined;
  }
}

function hasOddity(query: string | undefined): boolean {
  // Only printable ASCII without the characters that the parser would escape or cut at.
  return query !== undefined && !/^[!$-;=?-~]*$/.test(query);
}
