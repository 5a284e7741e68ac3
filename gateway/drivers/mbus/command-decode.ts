/**
 * `drawdown mbus decode`: one telegram from hexadecimal to a table or JSON, without any meter.
 */
import { type CommandIo, failed, readArguments, wrongUse } from "./command-io.ts";
import { readKey } from "./command-meter.ts";
import type { MeterHeader } from "./decode/header.ts";
import { HEX_TEXT_MAX, parseHex } from "./decode/hex.ts";
import { telegramJson } from "./decode/json.ts";
import type { DataRecord } from "./decode/records.ts";
import { decodeTelegram } from "./decode/telegram.ts";
import { telegramTable } from "./table.ts";

/** Runs the command: 0 decoded, 1 refused in one line on standard error, 2 wrong use. */
export async function mbusDecodeCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const given = readArguments(argv, { json: { type: "boolean" }, key: { type: "string" } });
  if (!given.ok) return wrongUse(io, given.message);
  const key = readKey(given.text("key"));
  if (typeof key === "string") return wrongUse(io, key);
  const text = given.rest.length > 0 ? given.rest.join(" ") : await readAll(io.stdin);
  if (text === undefined)
    return failed(io, `more than ${HEX_TEXT_MAX} characters: decode one telegram at a time`);
  if (text.trim() === "") return wrongUse(io, "no telegram was given");
  const bytes = parseHex(text);
  if (!bytes.ok) return failed(io, `not hexadecimal: ${bytes.fault.message}`);
  const answer = decodeTelegram(bytes.value, key);
  if (!answer.ok) {
    const { offset, message, code } = answer.fault;
    return failed(io, `telegram refused at byte ${offset}: ${message} (${code})`);
  }
  const { telegram } = answer.value;
  if (telegram.kind === "error") {
    const { code, text: said } = telegram.error;
    if (given.flag("json"))
      io.stdout.write(`${JSON.stringify({ application_error: { code, text: said } })}\n`);
    return failed(io, `the meter reports an error instead of data: ${said}`);
  }
  return showReadout(io, telegram, given.flag("json"));
}

/** Header and records of a meter. */
export type Shown = { header: MeterHeader; records: readonly DataRecord[] };

/** Writes a readout as JSON or as a table; exit code 1, with a line each, where records hold no value of their kind. */
export function showReadout(io: CommandIo, { header, records }: Shown, json: boolean): number {
  const telegram = telegramJson(header, records);
  io.stdout.write(json ? `${JSON.stringify(telegram, null, 2)}\n` : telegramTable(telegram));
  const faults = telegram.records.filter(({ fault }) => fault !== undefined);
  for (const { quantity, fault } of faults) failed(io, `${quantity} has no value: ${fault}`);
  return faults.length > 0 ? 1 : 0;
}

/** The whole of a stream up to the bound, or undefined beyond it. */
async function readAll(stream: CommandIo["stdin"]): Promise<string | undefined> {
  let text = "";
  for await (const piece of stream) {
    text += typeof piece === "string" ? piece : Buffer.from(piece).toString("latin1");
    if (text.length > HEX_TEXT_MAX) return undefined;
  }
  return text;
}
