/**
 * What a page that the api makes itself may do: its own style and its own script, and calls to this server.
 */
import { createHash } from "node:crypto";

/** Headers of a page; its inline scripts are allowed by their hashes, no others run. */
export function pageHeaders(html: string): Record<string, string> {
  const hashes = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, script = ""]) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`,
  );
  const scripts = hashes.length === 0 ? "'none'" : hashes.join(" ");
  return {
    "Content-Security-Policy": `default-src 'none'; script-src ${scripts}; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
  };
}
