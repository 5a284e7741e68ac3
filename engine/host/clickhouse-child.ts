/**
 * The process in which ClickHouse lives: loads the engine's library and lets it serve HTTP for as long as it runs.
 * Arguments: library, configuration file, store folder, port. It is ended from outside, by SIGKILL: what it has
 * answered is on disk, and an ordinary exit would wait for the engine's thread for ever.
 */
import { DataType, define, open } from "ffi-rs";

const [library = "", config = "", store = "", port = ""] = process.argv.slice(2);

/** A query without end keeps the engine's main thread busy while its HTTP server works. */
const SERVE =
  "SYSTEM START LISTEN HTTP; SELECT sum(sleepEachRow(3)) FROM system.numbers " +
  "SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 100000000 FORMAT Null";

const args = [
  "clickhouse",
  `--config-file=${config}`,
  `--path=${store}`,
  `--http_port=${port}`,
  "--listen_host=127.0.0.1",
  `--query=${SERVE}`,
];

open({ library: "chdb", path: library });
const engine = define({
  chdb_query_cmdline: {
    library: "chdb",
    retType: DataType.I32,
    paramsType: [DataType.I32, DataType.StringArray],
    runInNewThread: true,
  },
});

/** The engine returns only when it could not serve; it has said why on standard error. */
await engine.chdb_query_cmdline([args.length, args]);
process.kill(process.pid, "SIGKILL");
