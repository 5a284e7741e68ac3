/**
 * For tests: owns one server until it is killed. Arguments: the server's name and the data folder; prints its number.
 */
import { startClickhouse } from "../clickhouse.ts";
import { startNats } from "../nats.ts";
import { startPostgres } from "../postgres.ts";

const STARTS = { nats: startNats, clickhouse: startClickhouse, postgres: startPostgres };

const [name = "", data = ""] = process.argv.slice(2);
const start = STARTS[name as keyof typeof STARTS];
const { pid } = await start({ data, port: 0 });
process.stdout.write(`${pid}\n`);
