/**
 * `drawdown balance`: what an account holds, by its id or by the serial number of its meter.
 */
import { accountNamed, askedOf, type CommandIo } from "./options.ts";

const USAGE = "drawdown balance ACCOUNT|SERIAL [--url URL] [--key KEY] [--json]";

/** Runs the command; gives the exit code. */
export async function balanceCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const { words, values, client } = askedOf(argv, io, { usage: USAGE, words: 1, role: "operator" });
  const { account_id, meter_serial } = await accountNamed(client, words[0] ?? "");
  const balance = await client.get("/v1/accounts/{account_id}/balance", { path: { account_id } });
  if (values.json === true) {
    io.stdout.write(`${JSON.stringify(balance, null, 2)}\n`);
    return 0;
  }
  const { balance_in, supply_state, credit_status, days_left, as_of } = balance;
  const days = days_left === null ? "" : `, for about ${days_left} days`;
  io.stdout.write(
    `account ${account_id}, meter ${meter_serial ?? "none"}\n` +
      `balance ${balance.balance} ${balance_in}, available ${balance.available_credit}${days}\n` +
      `supply ${supply_state}, credit ${credit_status}, as of ${as_of}\n`,
  );
  return 0;
}
