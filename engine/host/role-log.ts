/**
 * Where a role's output goes: every line into its log file, what weighs enough also to the console, in one short line.
 */
import { closeSync, fstatSync, writeSync } from "node:fs";
import { LOG_BYTES_MAX, openLog } from "./log-file.ts";

/** pino's number for a warning. */
const WARN_LEVEL = 40;
/** Most console lines of one role in a window; over it they are counted only. */
const CONSOLE_LINES_MAX = 20;
const WINDOW_MS = 10_000;
const CONSOLE_CHARS_MAX = 300;

/** Takes one role's lines until it is closed. */
export type RoleLog = { take(line: string): void; close(): void };

/** Opens the log; `say` gets the console lines, which begin with the role's name. */
export function openRoleLog(name: string, path: string, say: (line: string) => void): RoleLog {
  let file = openLog(path);
  let bytes = fstatSync(file).size;
  const limited = limit(name, path, say);
  return {
    take: (line) => {
      bytes += writeSync(file, `${line}\n`);
      if (bytes > LOG_BYTES_MAX) {
        closeSync(file);
        file = openLog(path);
        bytes = 0;
      }
      const short = worthTelling(line);
      if (short !== undefined) limited(`${name}: ${short}`);
    },
    close: () => closeSync(file),
  };
}

/** The short form of a line that people should see now; undefined for the others. Lines that are no JSON log are told as they are. */
export function worthTelling(line: string): string | undefined {
  if (line.trim() === "") return undefined;
  if (!line.startsWith("{")) return line.slice(0, CONSOLE_CHARS_MAX);
  let entry: { level?: unknown; msg?: unknown; err?: { message?: unknown } };
  try {
    entry = JSON.parse(line) as typeof entry;
  } catch {
    return line.slice(0, CONSOLE_CHARS_MAX);
  }
  if (typeof entry.level !== "number" || entry.level < WARN_LEVEL) return undefined;
  const parts = [entry.msg, entry.err?.message].filter(
    (part) => typeof part === "string" && part !== "",
  );
  return [...new Set(parts)].join(": ").slice(0, CONSOLE_CHARS_MAX);
}

function limit(name: string, path: string, say: (line: string) => void): (line: string) => void {
  let windowStart = 0;
  let told = 0;
  return (line) => {
    const now = Date.now();
    if (now - windowStart > WINDOW_MS) {
      windowStart = now;
      told = 0;
    }
    told++;
    if (told <= CONSOLE_LINES_MAX) say(line);
    else if (told === CONSOLE_LINES_MAX + 1) say(`${name}: more of these; see ${path}`);
  };
}
