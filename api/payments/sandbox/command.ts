/**
 * `drawdown payment-sandbox`: the payment provider to try things with, until it is told to end.
 */
import { once } from "node:events";
import { parseArgs } from "node:util";
import { MAGIC } from "./outcomes.ts";
import { startSandbox } from "./server.ts";

const USAGE =
  "usage: drawdown payment-sandbox [--port N] [--key KEY] [--notices URL --secret BASE64]";

/** Runs the command; gives the exit code. */
export async function paymentSandboxCommand(
  argv: readonly string[],
  io: { stdout: { write(text: string): unknown }; stderr: { write(text: string): unknown } },
): Promise<number> {
  const options = optionsOf(argv);
  if (options === undefined) {
    io.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const sandbox = await startSandbox(options);
  io.stdout.write(
    `payments at ${sandbox.url} with key ${options.key}; it takes no money. Cents that decide: ${Object.keys(MAGIC).join(", ")} (docs/vending.md)\n`,
  );
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await sandbox.close();
  return 0;
}

function optionsOf(argv: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        port: { type: "string", default: "8099" },
        key: { type: "string", default: "sandbox" },
        notices: { type: "string" },
        secret: { type: "string" },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) return undefined;
    return { port, key: values.key, noticeUrl: values.notices, secret: values.secret };
  } catch {
    return undefined;
  }
}
