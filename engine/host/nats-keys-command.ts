/**
 * `drawdown nats-keys FOLDER`: makes what NATS servers of your own need to know this installation's users by: the signing keys,
 * what servers include, and the credentials of each role. Again it changes nothing that still fits.
 */
import { resolve } from "node:path";
import { BROKER_ROLES } from "../contract/broker/permissions.ts";
import { SIGNING_FILE } from "../contract/broker/signing.ts";
import { ACCOUNTS_CONF, makeBrokerFiles } from "./broker-files.ts";
import type { CommandIo } from "./command-io.ts";

const USAGE = "usage: drawdown nats-keys FOLDER\n";

/** Makes them; gives 0, or 2 on wrong use. */
export async function natsKeysCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const [folder, ...rest] = argv;
  if (folder === undefined || folder.startsWith("-") || rest.length > 0) {
    io.stderr.write(USAGE);
    return folder === "--help" ? 0 : 2;
  }
  const path = resolve(io.cwd, folder);
  makeBrokerFiles(path);
  const lines = [
    `${ACCOUNTS_CONF}: beside nats.conf on every NATS server`,
    `${SIGNING_FILE}: on the api's machine alone, as DRAWDOWN_NATS_SIGNING_FILE`,
    ...BROKER_ROLES.map(
      (role) => `credentials/${role}.creds: DRAWDOWN_NATS_CREDENTIALS of ${role}`,
    ),
  ];
  io.stdout.write(`in ${path}:\n${lines.map((line) => `  ${line}\n`).join("")}`);
  return 0;
}
