/**
 * For tests: a certificate authority of our own, and certificates that it signs, made by openssl.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Paths of a certificate and its key. */
export type MadePair = { cert: string; key: string };

/** An authority in a folder; `sign` makes a pair for hosts (as `DNS:localhost,IP:127.0.0.1`) that is good for so many days. */
export type TestAuthority = {
  ca: string;
  sign(name: string, hosts: string, days?: number): MadePair;
};

/** Makes an authority. Needs openssl on the PATH. */
export function makeAuthority(folder: string, name = "ca"): TestAuthority {
  const path = (file: string): string => join(folder, file);
  const [ca, caKey] = [path(`${name}.pem`), path(`${name}.key`)];
  const subject = ["-subj", `/CN=test ${name}`];
  openssl("req", "-x509", ...newKey(caKey), "-out", ca, "-days", "2", ...subject);
  return {
    ca,
    sign: (pair, hosts, days = 1) => {
      const [cert, key, csr, ext] = ["pem", "key", "csr", "ext"].map((end) =>
        path(`${pair}.${end}`),
      );
      openssl("req", ...newKey(key as string), "-out", csr as string, "-subj", `/CN=${pair}`);
      writeFileSync(ext as string, `subjectAltName=${hosts}\n`);
      const by = ["-CA", ca, "-CAkey", caKey, "-CAcreateserial", "-extfile", ext as string];
      openssl(
        "x509",
        "-req",
        "-in",
        csr as string,
        "-out",
        cert as string,
        "-days",
        String(days),
        ...by,
      );
      return { cert: cert as string, key: key as string };
    },
  };
}

function newKey(key: string): string[] {
  writeFileSync(key, "", { mode: 0o600 });
  chmodSync(key, 0o600);
  return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key];
}

function openssl(...args: string[]): void {
  execFileSync("openssl", args, { stdio: "pipe" });
}
