/**
 * Every setting there is: key, unit, default, bounds and meaning. The key in upper case behind `DRAWDOWN_` is the
 * environment variable; the key itself is the one in `drawdown.config.json`.
 */
import { availableParallelism } from "node:os";
import { z } from "zod";
import { OWNED_PATTERN } from "./owned-shards.ts";
import {
  choice,
  decimal,
  host,
  metricsPort,
  path,
  port,
  rate,
  type SettingAbout,
  secret,
  text,
  url,
  whole,
} from "./settings-kinds.ts";
import { API_SETTINGS, SERVER_SETTINGS } from "./settings-servers.ts";

/** Most pool workers: the cores of this machine. */
export const WORKERS_MAX = availableParallelism();
/** Most shards of an installation. */
export const SHARDS_MAX = 1_024;
/** Most meters of the simulated field. */
export const FIELD_METERS_MAX = 5_000;
/** Levels of the log, most telling first. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

/** The settings by key. */
export const SETTINGS = {
  data: path(
    "./data",
    "folder of everything that must outlive a restart; beside drawdown.config.json when set there",
  ),
  cache: path(
    "",
    "folder for programs that are fetched once; empty: .cache beside the package, else the user's cache",
  ),
  ...API_SETTINGS,
  rate_read_per_s: rate(100_000, "reads of one key"),
  rate_write_per_s: rate(5_000, "writes of one key other than vends"),
  rate_vend_per_s: rate(20_000, "vends, quotes and reversals of one key"),
  rate_report_per_s: rate(200, "reports and questions of consumption of one key"),
  rate_portal_per_s: rate(20, "reads with portal tokens of one account"),
  rate_anonymous_per_s: rate(200, "requests without a good key from one address"),
  trust_proxy: choice(
    ["on", "off"],
    "off",
    "whether the last address in X-Forwarded-For is the caller's: on only behind a proxy that writes it",
  ),
  token_life_s: whole({
    unit: "s",
    min: 60,
    max: 3_600,
    fallback: 900,
    about: "life of access tokens and portal tokens",
  }),
  ...SERVER_SETTINGS,
  shards: whole({
    unit: "shards",
    min: 1,
    max: SHARDS_MAX,
    fallback: 64,
    about: "units of order; fixed for the life of an installation",
  }),
  engine_shards: text()
    .regex(OWNED_PATTERN, "must be shards and ranges of them, as 0-31,40, or empty")
    .default("")
    .meta({
      unit: "shards",
      bounds: "as 0-31,40",
      about:
        "shards that this engine process owns, for good; empty: all. Several engines share an installation's shards",
      secret: false,
    } satisfies SettingAbout),
  workers: whole({
    unit: "threads",
    min: 1,
    max: WORKERS_MAX,
    fallback: Math.min(2, WORKERS_MAX),
    about: "pool workers of an engine process, at most the machine's cores",
  }),
  clock_speed: decimal({
    unit: "times life",
    min: 0.01,
    max: 86_400,
    fallback: 1,
    about:
      "how fast the installation's clock runs; more than 1 only with a simulated field, where start takes 240 unless this is set",
  }),
  field: choice(
    ["on", "off"],
    "on",
    "whether start brings up a simulated field of meters; off where real ones are read",
  ),
  field_meters: whole({
    unit: "meters",
    min: 1,
    max: FIELD_METERS_MAX,
    fallback: 320,
    about: "meters of the simulated field",
  }),
  devices_dir: path(
    "",
    "folder with device files of your own, beside those that come with the product",
  ),
  modbus_listen_host: host(
    "0.0.0.0",
    "address that a gateway listens on for meters and modems that dial in",
  ),
  modbus_listen_port: whole({
    unit: "port",
    min: 0,
    max: 65_535,
    fallback: 0,
    about: "port for meters and modems that dial in; 0 does not listen",
  }),
  field_story: text()
    .default("")
    .meta({
      unit: "path",
      bounds: "a file, or empty",
      about: "story that the simulated field plays in place of its buildings",
      secret: false,
    } satisfies SettingAbout),
  tick_seconds: whole({
    unit: "s",
    min: 1,
    max: 3_600,
    fallback: 60,
    about: "time between the engine's ticks, on the installation's clock",
  }),
  snapshot_seconds: whole({
    unit: "s",
    min: 1,
    max: 86_400,
    fallback: 60,
    about: "time between the engine's snapshots",
  }),
  journal_segment_mb: whole({
    unit: "MB",
    min: 1,
    // A segment is read whole.
    max: 1_024,
    fallback: 64,
    about: "size at which the journal starts another segment",
  }),
  max_skew_s: whole({
    unit: "s",
    min: 0,
    max: 86_400,
    fallback: 120,
    about: "how far a reading's time may be ahead of the clock",
  }),
  metrics_host: host(
    "127.0.0.1",
    "address that engine, gateway and store writer tell their figures on (GET /metrics)",
  ),
  engine_metrics_port: metricsPort("engine"),
  gateway_metrics_port: metricsPort("gateway"),
  store_writer_metrics_port: metricsPort("store writer"),
  otlp_url: url(
    ["http", "https"],
    "OTLP/HTTP receiver of traces, as http://127.0.0.1:4318; empty: nothing is traced",
  ),
  trace_ratio: decimal({
    unit: "share",
    min: 0,
    max: 1,
    fallback: 0.01,
    about:
      "share of frames and requests that begin a trace; what comes with a sampled one is always followed",
  }),
  bems: choice(
    ["on", "off"],
    "off",
    "whether accounts are told to a building management system over BACnet/IP, which knows no keys",
  ),
  bems_host: text()
    .min(1, "must not be empty")
    .default("127.0.0.1")
    .meta({
      unit: "address",
      bounds: "an IPv4 address",
      about: "address that BACnet/IP is served on: that of the building's own network",
      secret: false,
    } satisfies SettingAbout),
  bems_port: port(47_808, "UDP port of BACnet/IP"),
  bems_device: whole({
    unit: "instance",
    min: 0,
    max: 4_194_302,
    fallback: 77_000,
    about: "BACnet device instance, one of its kind in the building",
  }),
  bems_operator: text()
    .min(1, "must not be empty")
    .default("First operator")
    .meta({
      unit: "name",
      bounds: "an operator's name",
      about: "operator whose accounts are told over BACnet/IP",
      secret: false,
    } satisfies SettingAbout),
  bems_clients: text()
    .refine(
      (value) => value === "" || /^[\d.]+(,[\d.]+)*$/.test(value),
      "must be IPv4 addresses with commas between them",
    )
    .default("")
    .meta({
      unit: "addresses",
      bounds: "IPv4 addresses with commas between them",
      about: "who may ask over BACnet/IP; empty: everybody who reaches the address",
      secret: false,
    } satisfies SettingAbout),
  bems_write_url: url(
    ["http", "https"],
    "api that supply writes over BACnet/IP are handed to; empty: BACnet/IP is read-only",
  ),
  bems_write_key: secret("key with the scope supply:write that those writes are made with"),
  bems_refresh_s: whole({
    unit: "s",
    min: 1,
    max: 3_600,
    fallback: 15,
    about: "least time between two looks at an account for BACnet/IP",
  }),
  payment_provider_url: url(
    ["http", "https"],
    "payment provider of automatic top-ups; empty: there are none",
  ),
  payment_provider_key: secret("key that the payment provider knows the api by"),
  payment_notice_secret: secret(
    "base64 secret with which the payment provider signs its notices; empty: none are believed",
  ),
  secrets_keys: secret(
    "base64 keys of 32 bytes with commas between them, by which secrets in PostgreSQL are sealed: the first seals, all open; empty: those in the data folder's secrets.keys",
  ),
  webhook_private_hosts: text()
    .default("")
    .meta({
      unit: "hosts",
      bounds: "names and addresses with commas between them",
      about:
        "hosts of private networks that webhooks may go to, over http too; empty: public addresses only",
      secret: false,
    } satisfies SettingAbout),
  smtp_url: url(
    ["smtp", "smtps"],
    "mail server of notifications with user and password, as smtp://user:password@host:587; empty: no e-mail",
  ),
  smtp_from: text()
    .default("")
    .meta({
      unit: "address",
      bounds: "an e-mail address",
      about: "address that e-mail of notifications comes from",
      secret: false,
    } satisfies SettingAbout),
  sms_gateway_url: url(
    ["http", "https", "smpp", "smpps"],
    "SMS gateway, in which {to}, {text} and {id} are filled in; or a message centre as smpp://SYSTEM_ID:PASSWORD@host:2775 (smpps over TLS); empty: no SMS",
  ),
  sms_sender: text()
    .regex(
      /^(\+?\d{1,15}|[A-Za-z0-9 ._-]{1,11})?$/,
      "must be a number, or at most 11 letters and digits",
    )
    .default("")
    .meta({
      unit: "number or name",
      bounds: "a number such as +34600000000, or at most 11 letters and digits",
      about: "who SMS over SMPP come from; empty: the message centre's own",
      secret: false,
    } satisfies SettingAbout),
  sms_gateway_body: secret(
    "JSON that the SMS gateway is sent, with {to}, {text} and {id} filled in; empty: it is asked by GET",
  ),
  sms_gateway_key: secret("key that the SMS gateway knows the api by, sent as bearer token"),
  log_level: choice(LOG_LEVELS, "info", "least weighty messages that are logged"),
} as const;

/** The schema of all of them; a key that is not there is refused. */
export const settingsSchema = z.strictObject(SETTINGS);

/** The values of all settings: `data` absolute, numbers in the unit of their key, a URL empty when the embedded server is meant. */
export type Settings = z.infer<typeof settingsSchema>;

/** The name of a setting. */
export type SettingKey = keyof Settings;

/** All keys, in the order in which they are shown. */
export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[];

/** What is told of one setting. */
export function aboutSetting(key: SettingKey): SettingAbout {
  return SETTINGS[key].meta() as SettingAbout;
}
