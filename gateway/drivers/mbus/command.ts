/**
 * `drawdown mbus decode | scan | read | baud`: the M-Bus tools of the command line.
 */
import { mbusDecodeCommand } from "./command-decode.ts";
import { type CommandIo, USAGE, wrongUse } from "./command-io.ts";
import { mbusBaudCommand, mbusReadCommand } from "./command-read.ts";
import { mbusScanCommand } from "./command-scan.ts";

export { mbusDecodeCommand } from "./command-decode.ts";
export type { CommandIo } from "./command-io.ts";

/** Runs one of the four by its name, `argv[0]`. Resolves with the exit code: 0 done, 1 something is wrong, 2 wrong use. */
export async function mbusCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = argv;
  if (argv.includes("--help") || argv.includes("-h")) {
    io.stdout.write(`${USAGE}\n`);
    return 0;
  }
  switch (name) {
    case "decode":
      return await mbusDecodeCommand(rest, io);
    case "scan":
      return await mbusScanCommand(rest, io);
    case "read":
      return await mbusReadCommand(rest, io);
    case "baud":
      return await mbusBaudCommand(rest, io);
    default:
      return wrongUse(io, name === undefined ? "say what to do" : `"${name}" is no M-Bus command`);
  }
}
