/**
 * The api's certificate: taken by the settings, looked after while it is served.
 */
import { statSync } from "node:fs";
import type { Logger } from "pino";
import type { Settings } from "../../engine/contract/settings-schema.ts";
import { readCertificate, readCertifiedKey } from "../../engine/contract/tls-files.ts";
import { every, type Ongoing } from "../every.ts";
import type { Served, ServedTls } from "./types.ts";

const LOOK_MS = 10_000;
/** From so long before its end a certificate is told of, in days, once a day. */
const SOON_DAYS = 14;
const DAY_MS = 86_400_000;

type ApiTls = Pick<Settings, "api_cert_file" | "api_key_file" | "api_tls_min">;

/** The certificate and key to serve with; undefined for http. Throws an Error of one line where they cannot be used. */
export function servedTls(settings: ApiTls): ServedTls | undefined {
  const { api_cert_file: cert, api_key_file: key, api_tls_min: min } = settings;
  if (cert === "" && key === "") return undefined;
  readCertifiedKey({ cert, key }, "DRAWDOWN_API");
  return { cert, key, min };
}

/** Takes up files that were replaced where the engine can, says so where it cannot, and tells of an end that is near. */
export function watchCertificate(
  tls: ServedTls,
  served: Pick<Served, "renewTls">,
  log: Logger,
  lookMs: number = LOOK_MS,
): Ongoing {
  let seen = changedAt(tls);
  let toldMs = Number.NEGATIVE_INFINITY;
  const look = async (): Promise<void> => {
    const now = changedAt(tls);
    if (now !== seen) {
      // Half of a pair is refused here, and looked at again when the other half has come.
      readCertifiedKey(tls, "DRAWDOWN_API");
      seen = now;
      served.renewTls?.();
      if (served.renewTls !== undefined) log.info("the new certificate is served");
      else
        log.warn(
          "the certificate was replaced: restart the api, which serves the old one until then",
        );
    }
    const leftDays =
      (readCertificate(tls.cert, "DRAWDOWN_API_CERT_FILE").endsMs - Date.now()) / DAY_MS;
    if (leftDays > SOON_DAYS || Date.now() - toldMs < DAY_MS) return;
    toldMs = Date.now();
    log.warn(
      { cert: tls.cert, days: Math.floor(leftDays) },
      "the api's certificate ends soon: replace it",
    );
  };
  return every(lookMs, look, (error) =>
    log.warn({ err: error }, "the new certificate is not taken"),
  );
}

function changedAt({ cert, key }: ServedTls): string {
  return [cert, key].map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs).join();
}
