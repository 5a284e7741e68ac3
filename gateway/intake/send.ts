/**
 * Hands readings to a running installation by `POST /v1/readings:batch`, some at a time; the file's names of registers are
 * taken as the meters' serial numbers. A repeat is harmless: what the engine has already is a duplicate (R10).
 */
import { clientFor } from "../../api/client/access.ts";
import type { IntakeReading } from "./found.ts";

/** Lines of one request. */
const LINES = 1_000;
const WAIT_MS = 60_000;

/** Where to send; what is not given is taken from the installation's access file. */
export type SendOptions = {
  url: string | undefined;
  key: string | undefined;
  env: NodeJS.ProcessEnv;
  cwd: string;
};

/** Sends all; gives how many readings got each answer. Throws an Error of one line when nobody answers. */
export async function sendReadings(
  readings: readonly IntakeReading[],
  options: SendOptions,
): Promise<Map<string, number>> {
  const client = clientFor(options, { attemptMs: WAIT_MS });
  const answers = new Map<string, number>();
  for (let i = 0; i < readings.length; i += LINES) {
    const lines = readings.slice(i, i + LINES).map((reading) =>
      JSON.stringify({
        meter_serial: reading.meterId,
        read_at: new Date(reading.atS * 1_000).toISOString(),
        register_atoms: reading.registerAtoms.toString(),
        quality: reading.quality,
      }),
    );
    const { bytes } = await client.raw("post", "/v1/readings:batch", {
      body: `${lines.join("\n")}\n`,
      type: "application/x-ndjson",
      accept: "application/x-ndjson",
      repeatable: true,
    });
    const text = new TextDecoder().decode(bytes);
    for (const line of text.split("\n").filter((each) => each !== "")) {
      const { verdict, code } = JSON.parse(line) as { verdict: string; code?: string };
      const answer = code === undefined ? verdict : `${verdict} (${code})`;
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
  }
  return answers;
}
