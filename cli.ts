/**
 * The command line: one table from words to what they do. Each part is loaded only when it is asked for.
 */
import type { CommandIo } from "./engine/host/command-io.ts";

/** A command: its words behind `drawdown`, one line of help, and what runs it to an exit code. */
type Command = {
  help: string;
  run(argv: readonly string[], io: CommandIo): Promise<number>;
};

const COMMANDS: Record<string, Command> = {
  start: {
    help: "everything on this machine, with a simulated field",
    run: async (argv, io) => (await import("./engine/host/start.ts")).startCommand(argv, io),
  },
  engine: role("meter readings to balances and supply decisions", async (settings) =>
    (await import("./engine/role.ts")).engineRole(settings),
  ),
  gateway: role("reads meters, carries out supply commands", async (settings) =>
    (await import("./gateway/main.ts")).gatewayRole(settings),
  ),
  api: role("HTTP, WebSocket and registry", async (settings) =>
    (await import("./api/main.ts")).apiRole(settings),
  ),
  bems: role("accounts as BACnet objects, for a building management system", async (settings) =>
    (await import("./api/bems/role.ts")).bemsRole(settings),
  ),
  "store-writer": role("rated blocks to ClickHouse", async (settings) =>
    (await import("./api/store/role.ts")).storeWriterRole(settings),
  ),
  field: role(
    "the simulated field: meters as slaves on loopback, and their residents",
    async (settings) => (await import("./gateway/field/main.ts")).fieldRole(settings),
  ),
  rate: {
    help: "rates recorded readings, offline",
    run: async (argv, io) => (await import("./engine/commands/rate.ts")).rateCommand(argv, io),
  },
  replay: {
    help: "the same readings through the whole pipeline",
    run: async (argv, io) => (await import("./api/replay/command.ts")).replayCommand(argv, io),
  },
  prove: {
    help: "the kernel against the reference model",
    run: async (argv, io) => (await import("./engine/prove/command.ts")).proveCommand(argv, io),
  },
  torture: {
    help: "a whole installation of real processes, killed at random under load",
    run: async (argv, io) => (await import("./engine/torture/command.ts")).tortureCommand(argv, io),
  },
  verify: {
    help: "whether journal and snapshots are whole, agree, and add up",
    run: async (argv, io) => (await import("./engine/verify/command.ts")).verifyCommand(argv, io),
  },
  simulate: {
    help: "the whole installation in one thread, with what goes wrong in it, by seeds",
    run: async (argv, io) => (await import("./engine/sim/command.ts")).simulateCommand(argv, io),
  },
  intake: {
    help: "readings from files: NEM12, P1 telegrams, CSV",
    run: async (argv, io) => (await import("./gateway/intake/command.ts")).intakeCommand(argv, io),
  },
  import: {
    help: "sites, units, customers, meters and accounts from one file",
    run: async (argv, io) => (await import("./api/imports/command.ts")).importCommand(argv, io),
  },
  mbus: {
    help: "decode a telegram; read or scan a bus",
    run: async (argv) =>
      (await import("./gateway/drivers/mbus/command.ts")).mbusCommand([...argv], process),
  },
  modbus: {
    help: "read a device, search a bus, move a relay",
    run: async (argv) =>
      (await import("./gateway/drivers/modbus/command.ts")).modbusCommand([...argv], process),
  },
  bacnet: {
    help: "read a device; find devices",
    run: async (argv) =>
      (await import("./gateway/drivers/bacnet/command.ts")).bacnetCommand([...argv], process),
  },
  balance: {
    help: "what an account holds",
    run: async (argv, io) => (await import("./api/commands/balance.ts")).balanceCommand(argv, io),
  },
  vend: {
    help: "sells credit to an account; repeating it with the same --id is safe",
    run: async (argv, io) => (await import("./api/commands/vend.ts")).vendCommand(argv, io),
  },
  "payment-sandbox": {
    help: "a payment provider to try automatic top-ups with; takes no money",
    run: async (argv, io) =>
      (await import("./api/payments/sandbox/command.ts")).paymentSandboxCommand(argv, io),
  },
  devices: {
    help: "the models that are known; check a file of your own",
    run: async (argv) =>
      (await import("./gateway/devices/command.ts")).devicesCommand([...argv], process),
  },
  "nats-keys": {
    help: "keys and credentials for NATS servers of your own",
    run: async (argv, io) =>
      (await import("./engine/host/nats-keys-command.ts")).natsKeysCommand(argv, io),
  },
  config: {
    help: "all settings with their source",
    run: async (argv, io) =>
      (await import("./engine/host/config-command.ts")).configCommand(argv, io),
  },
  doctor: {
    help: "what is installed, reachable and writable",
    run: async (argv, io) => (await import("./engine/host/doctor.ts")).doctorCommand(argv, io),
  },
};

/** A command that runs one role by the settings until it is told to end. */
function role(help: string, run: (settings: Settings) => Promise<void>): Command {
  return {
    help,
    async run(argv, io) {
      if (argv.length > 0) throw usage(`takes no arguments, but "${argv.join(" ")}" was given`);
      const { loadSettings } = await import("./engine/contract/settings.ts");
      await run(loadSettings(io.env, io.cwd).values);
      return 0;
    },
  };
}

type Settings = import("./engine/contract/settings-schema.ts").Settings;

function usage(message: string): Error {
  return Object.assign(new Error(message), { code: "usage" });
}

function help(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines = Object.entries(COMMANDS).map(
    ([name, command]) => `  ${name.padEnd(width)}  ${command.help}`,
  );
  return `drawdown COMMAND [options]\n\n${lines.join("\n")}\n`;
}

/** Codes of errors that mean wrong use or wrong settings. */
const WRONG_USE_CODES = new Set(["usage", "settings_invalid"]);

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  const io: CommandIo = {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
  };
  if (name === undefined || name === "help" || name === "--help") {
    io.stdout.write(help());
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS[name];
  if (command === undefined) {
    io.stderr.write(`drawdown: there is no command "${name}"; drawdown --help lists them\n`);
    return 2;
  }
  try {
    return await command.run(rest, io);
  } catch (error) {
    io.stderr.write(
      `drawdown ${name}: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    if (process.env["DRAWDOWN_LOG_LEVEL"] === "debug" && error instanceof Error)
      io.stderr.write(`${error.stack}\n`);
    return WRONG_USE_CODES.has(String((error as { code?: unknown }).code)) ? 2 : 1;
  }
}

/** Output may still be on its way into a pipe when the work is done. */
async function flush(stream: NodeJS.WriteStream): Promise<void> {
  await new Promise<void>((done) => stream.write("", () => done()));
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) =>
  process.exit(error.code === "EPIPE" ? 0 : 1),
);
const code = await main(process.argv.slice(2));
await Promise.all([flush(process.stdout), flush(process.stderr)]);
process.exit(code);
