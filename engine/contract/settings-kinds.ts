/**
 * The kinds of settings: how a text of the environment becomes a value, within which bounds, and what is told of it.
 */
import { z } from "zod";

/** What is told of a setting beside its type. `secret` settings are masked when they are printed. */
export type SettingAbout = { unit: string; bounds: string; about: string; secret: boolean };

/** Longest text of a setting. */
export const SETTING_CHARS_MAX = 1_024;

type Range = { unit: string; min: number; max: number; fallback: number; about: string };

/** A whole number within bounds. */
export function whole(range: Range) {
  const { unit, min, max, fallback, about } = range;
  return numeric(z.int(`must be a whole number from ${min} to ${max}`), range)
    .default(fallback)
    .meta({ unit, bounds: `${min} to ${max}`, about, secret: false } satisfies SettingAbout);
}

/** A number within bounds. */
export function decimal(range: Range) {
  const { unit, min, max, fallback, about } = range;
  return numeric(z.number(`must be a number from ${min} to ${max}`), range)
    .default(fallback)
    .meta({ unit, bounds: `${min} to ${max}`, about, secret: false } satisfies SettingAbout);
}

/** The environment holds text: a text that is a plain number is read as one, any other is left for the check to refuse. */
function numeric<Schema extends z.ZodNumber>(schema: Schema, { min, max }: Range) {
  const bounded = schema.min(min, `must be at least ${min}`).max(max, `must be at most ${max}`);
  return z.preprocess(
    (value) =>
      typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value,
    bounded,
  );
}

/** A folder. */
export function path(fallback: string, about: string) {
  return text()
    .default(fallback)
    .meta({ unit: "path", bounds: "a folder", about, secret: false } satisfies SettingAbout);
}

/** URLs of one of the schemes with commas between them, or nothing. */
export function url(schemes: readonly string[], about: string) {
  const bounds = schemes.map((scheme) => `${scheme}://…`).join(" or ");
  return text()
    .refine((value) => value === "" || hasScheme(value, schemes), `must be a URL ${bounds}`)
    .default("")
    .meta({ unit: "URL", bounds, about, secret: true } satisfies SettingAbout);
}

function hasScheme(value: string, schemes: readonly string[]): boolean {
  return value
    .split(",")
    .every(
      (part) =>
        URL.canParse(part.trim()) &&
        schemes.some((scheme) => part.trim().startsWith(`${scheme}://`)),
    );
}

/** Any text that is not too long. */
export function text() {
  return z
    .string("must be text")
    .max(SETTING_CHARS_MAX, `must be at most ${SETTING_CHARS_MAX} characters long`);
}

/** One of a few names. */
export function choice<const Values extends readonly [string, ...string[]]>(
  values: Values,
  fallback: Values[number],
  about: string,
) {
  const bounds = values.join(", ");
  return z
    .enum(values, `must be one of ${bounds}`)
    .default(fallback as never)
    .meta({ unit: "name", bounds, about, secret: false } satisfies SettingAbout);
}

/** A TCP or UDP port. */
export const port = (fallback: number, about: string) =>
  whole({ unit: "port", min: 0, max: 65_535, fallback, about: `${about}; 0 takes any free one` });

/** A plain name, or nothing. */
export function name(about: string) {
  return text()
    .regex(/^([A-Za-z_][A-Za-z0-9_]{0,63})?$/, "must be a plain name or empty")
    .default("")
    .meta({
      unit: "name",
      bounds: "letters, digits and _, up to 64",
      about,
      secret: false,
    } satisfies SettingAbout);
}

/** The port of a role's own figures. */
export const metricsPort = (role: string) =>
  whole({
    unit: "port",
    min: 0,
    max: 65_535,
    fallback: 0,
    about: `port on which the ${role} tells its own figures to Prometheus; 0 is none, the api tells those of all roles`,
  });

/** A limit of the rate of requests. */
export const rate = (fallback: number, about: string) =>
  whole({
    unit: "requests/s",
    min: 0,
    max: 1_000_000,
    fallback,
    about: `${about}, on average, in each process of the api; twice as many may come at once; 0: no limit`,
  });

/** A text that is not shown where settings are printed; empty: none. */
export function secret(about: string) {
  return text()
    .default("")
    .meta({ unit: "text", bounds: "any", about, secret: true } satisfies SettingAbout);
}

/** A file in PEM or of secrets, or nothing. */
export function file(about: string) {
  return text()
    .default("")
    .meta({
      unit: "path",
      bounds: "a file, or empty",
      about,
      secret: false,
    } satisfies SettingAbout);
}

/** An address to listen on. */
export function host(fallback: string, about: string) {
  return text()
    .min(1, "must not be empty")
    .default(fallback)
    .meta({
      unit: "address",
      bounds: "a host name or address",
      about,
      secret: false,
    } satisfies SettingAbout);
}
