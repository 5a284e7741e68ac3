/**
 * Hands readings to a running installation by `POST /v1/readings:batch`, some at a time; the file's names of registers are
 * taken as the meters' serial numbers. A repeat is harmless: what the engine has already is a duplicate (R10).
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadSettings } from "../../engine/contract/settings.ts";
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
  const { url, key } = accessOf(options);
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
    const response = await fetch(`${url}/v1/readings:batch`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/x-ndjson" },
      body: `${lines.join("\n")}\n`,
      signal: AbortSignal.timeout(WAIT_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the api answers ${response.status}: ${text.slice(0, 300)}`);
    for (const line of text.split("\n").filter((each) => each !== "")) {
      const { verdict, code } = JSON.parse(line) as { verdict: string; code?: string };
      const answer = code === undefined ? verdict : `${verdict} (${code})`;
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
  }
  return answers;
}

function accessOf({ url, key, env, cwd }: SendOptions): { url: string; key: string } {
  if (url !== undefined && key !== undefined) return { url, key };
  const path = join(loadSettings(env, cwd).values.data, "access.json");
  if (!existsSync(path))
    throw new Error(`${path} is not there: give --url and --key, or start the installation`);
  const access = JSON.parse(readFileSync(path, "utf8")) as {
    url: string;
    keys: Record<string, string>;
  };
  return { url: url ?? access.url, key: key ?? access.keys["operator"] ?? "" };
}
