/**
 * The store as it was first published, word for word. A cluster never had it.
 */

const SETTINGS =
  "SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1";
const SUMS =
  "quantity Int64 CODEC(ZSTD(1)), cost Int64 CODEC(ZSTD(1)), readings Int64 CODEC(ZSTD(1)), accepted Int64 CODEC(ZSTD(1))";
const SUMMED = "ENGINE = SummingMergeTree((quantity, cost, readings, accepted))";
const READ =
  "sum(quantity) AS quantity, sum(cost) AS cost, toInt64(sum(last)) AS readings, toInt64(sumIf(last, verdict IN (0, 1, 2))) AS accepted";
const BEFORE_TO = "toDateTime(greatest(toUInt32(`to`), 1) - 1, 'UTC')";

/** Readings, charges, their roll-ups by hour and day, the ledger and what could not be read. */
export const FIRST: readonly string[] = [
  "CREATE TABLE IF NOT EXISTS readings (`account` UInt32 CODEC(ZSTD(1)), `from` DateTime('UTC') CODEC(Delta, ZSTD(1)), " +
    "`to` DateTime('UTC') CODEC(Delta, ZSTD(1)), `register` Int64 CODEC(Delta, ZSTD(1)), `quantity` Int64 CODEC(ZSTD(1)), " +
    "`cost` Int64 CODEC(ZSTD(1)), `tariff` UInt32 CODEC(ZSTD(1)), `verdict` UInt8 CODEC(ZSTD(1)), `period` UInt8 CODEC(ZSTD(1)), " +
    "`block` UInt8 CODEC(ZSTD(1)), `last` UInt8 CODEC(ZSTD(1))) ENGINE = MergeTree PARTITION BY toYYYYMM(`to`) " +
    `ORDER BY (account, \`to\`, \`from\`) ${SETTINGS}`,
  "CREATE TABLE IF NOT EXISTS charges (`account` UInt32 CODEC(ZSTD(1)), `at` DateTime('UTC') CODEC(Delta, ZSTD(1)), " +
    "`amount` Int64 CODEC(ZSTD(1)), `tariff` UInt32 CODEC(ZSTD(1)), `charge` UInt8 CODEC(ZSTD(1))) ENGINE = MergeTree " +
    `PARTITION BY toYYYYMM(\`at\`) ORDER BY (account, at) ${SETTINGS}`,
  `CREATE TABLE IF NOT EXISTS readings_hourly (account UInt32 CODEC(ZSTD(1)), hour DateTime('UTC') CODEC(Delta, ZSTD(1)), ${SUMS}) ` +
    `${SUMMED} PARTITION BY toYYYYMM(hour) ORDER BY (account, hour) ${SETTINGS}`,
  "CREATE MATERIALIZED VIEW IF NOT EXISTS readings_hourly_fill TO readings_hourly AS SELECT account, " +
    `toStartOfHour(${BEFORE_TO}) AS hour, ${READ} FROM readings GROUP BY account, hour`,
  `CREATE TABLE IF NOT EXISTS readings_daily (account UInt32 CODEC(ZSTD(1)), day Date CODEC(Delta, ZSTD(1)), ${SUMS}) ` +
    `${SUMMED} PARTITION BY toYYYYMM(day) ORDER BY (account, day) ${SETTINGS}`,
  "CREATE MATERIALIZED VIEW IF NOT EXISTS readings_daily_fill TO readings_daily AS SELECT account, " +
    `toDate(${BEFORE_TO}) AS day, ${READ} FROM readings GROUP BY account, day`,
  "CREATE TABLE IF NOT EXISTS charges_daily (account UInt32 CODEC(ZSTD(1)), day Date CODEC(Delta, ZSTD(1)), " +
    "amount Int64 CODEC(ZSTD(1)), entries Int64 CODEC(ZSTD(1))) ENGINE = SummingMergeTree((amount, entries)) " +
    `PARTITION BY toYYYYMM(day) ORDER BY (account, day) ${SETTINGS}`,
  "CREATE MATERIALIZED VIEW IF NOT EXISTS charges_daily_fill TO charges_daily AS SELECT account, " +
    "toDate(toDateTime(greatest(toUInt32(at), 1) - 1, 'UTC')) AS day, sum(amount) AS amount, toInt64(count()) AS entries " +
    "FROM charges GROUP BY account, day",
  "CREATE TABLE IF NOT EXISTS written_blocks (token String CODEC(ZSTD(1)), " +
    "at DateTime('UTC') DEFAULT now() CODEC(Delta, ZSTD(1))) ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY token " +
    "TTL at + INTERVAL 90 DAY SETTINGS ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1",
  "CREATE TABLE IF NOT EXISTS refused_blocks (at DateTime('UTC'), subject String, `table` String, token String, " +
    "reason String, bytes String CODEC(ZSTD(1))) ENGINE = MergeTree ORDER BY at",
];
