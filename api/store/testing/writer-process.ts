/**
 * For tests: a store writer in a process of its own, to be killed. Arguments: the URLs of NATS and ClickHouse.
 */
import { pino } from "pino";
import { runStoreWriter } from "../writer-main.ts";

const [natsUrl = "", clickhouseUrl = ""] = process.argv.slice(2);
await runStoreWriter({ natsUrl, clickhouseUrl }, pino({ level: "warn" }));
process.stdout.write("running\n");
