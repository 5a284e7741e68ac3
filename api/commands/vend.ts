/**
 * `drawdown vend`: sells credit. Under an id of the caller's it can be repeated until it is answered, and sells once.
 */
import { randomUUID } from "node:crypto";
import { ApiError } from "../client/errors.ts";
import { accountNamed, askedOf, type CommandIo } from "./options.ts";

const USAGE =
  "drawdown vend ACCOUNT|SERIAL AMOUNT [--id ID] [--tender TYPE] [--terminal ID] [--url URL] [--key KEY] [--json]";

/** Runs the command; gives the exit code. */
export async function vendCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const { words, values, client } = askedOf(argv, io, {
    usage: USAGE,
    words: 2,
    role: "vendor",
    may: ["id", "tender", "terminal"],
  });
  const [name = "", amount = ""] = words;
  const { id: vend_id = randomUUID(), tender = "cash", terminal } = values;
  const { account_id, currency } = await accountNamed(client, name);
  const body = {
    account_id,
    amount,
    currency,
    tender: { type: tender },
    ...(terminal !== undefined && { terminal_id: terminal }),
  };
  try {
    const receipt = await client.put("/v1/vends/{vend_id}", { path: { vend_id }, body });
    io.stdout.write(
      values.json === true
        ? `${JSON.stringify(receipt, null, 2)}\n`
        : `receipt ${receipt.receipt_number}: ${amount} ${currency} to ${account_id}, balance ${receipt.balance} ${receipt.balance_in}, vend ${vend_id}\n`,
    );
    return 0;
  } catch (error) {
    // Whether it was sold is not known then; under the same id the answer can be had.
    if (error instanceof ApiError && error.retryable) {
      throw new Error(`${error.message}; repeat it with --id ${vend_id}, it sells once`);
    }
    throw error;
  }
}
