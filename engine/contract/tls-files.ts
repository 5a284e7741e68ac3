/**
 * Files of TLS: certificates, keys and authorities, read and looked at before they are used, so that what is wrong is told
 * in one line with the file and the way to mend it.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";

/** Longest file that is read. */
const FILE_BYTES_MAX = 1_048_576;

/** Paths of files in PEM; an empty one is none. */
export type TlsFiles = { ca: string; cert: string; key: string };

/** A certificate and its key, as the text of their files. */
export type CertifiedKey = { cert: string; key: string };

/** A certificate with its chain, and when the first of it ends. Throws an Error of one line. */
export function readCertificate(path: string, setting: string): { text: string; endsMs: number } {
  const text = readPem(path, setting);
  try {
    return { text, endsMs: Date.parse(new X509Certificate(text).validTo) };
  } catch {
    throw new Error(`${setting}: ${path} holds no certificate in PEM: name the right file`);
  }
}

/** A certificate and its key that fit each other. Throws an Error of one line. */
export function readCertifiedKey(
  { cert, key }: Pick<TlsFiles, "cert" | "key">,
  prefix: string,
): CertifiedKey {
  const certSetting = `${prefix}_CERT_FILE`;
  const keySetting = `${prefix}_KEY_FILE`;
  if (cert === "" || key === "")
    throw new Error(`${certSetting} and ${keySetting} belong together: set both, or none`);
  const { text } = readCertificate(cert, certSetting);
  const secret = readPem(key, keySetting);
  if ((statSync(key).mode & 0o007) !== 0)
    throw new Error(`${keySetting}: everybody may read ${key}: chmod 600 it`);
  let pair: KeyObject;
  try {
    pair = createPrivateKey(secret);
  } catch {
    throw new Error(`${keySetting}: ${key} holds no private key in PEM without a password`);
  }
  if (!new X509Certificate(text).checkPrivateKey(pair))
    throw new Error(
      `${keySetting}: ${key} is not the key of ${cert}: name the pair that belongs together`,
    );
  return { cert: text, key: secret };
}

/** What a client shows and trusts, as texts; undefined where no file is named. Throws an Error of one line. */
export function clientTls(
  files: TlsFiles | undefined,
  prefix: string,
): { ca?: string; cert?: string; key?: string } | undefined {
  if (files === undefined || (files.ca === "" && files.cert === "" && files.key === ""))
    return undefined;
  const own = files.cert === "" && files.key === "" ? {} : readCertifiedKey(files, prefix);
  const ca = files.ca === "" ? {} : { ca: readCertificate(files.ca, `${prefix}_CA_FILE`).text };
  return { ...own, ...ca };
}

/** Codes of a certificate that is refused, which no waiting mends. */
const TRUST_CODES = new Set([
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_SIGNATURE_FAILURE",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** Whether a connection failed because the other side's certificate is not trusted. */
export function isTrustFault(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if (TRUST_CODES.has(String((at as NodeJS.ErrnoException).code))) return true;
  return false;
}

/** The first line of what went wrong at the bottom of it. */
export function reasonOf(error: unknown): string {
  let at = error;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  return (at instanceof Error ? at.message : String(at)).split("\n")[0] ?? "";
}

function readPem(path: string, setting: string): string {
  try {
    if (statSync(path).size > FILE_BYTES_MAX) throw new Error("it is too long for PEM");
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`${setting}: ${path} cannot be read: ${(error as Error).message}`);
  }
}
