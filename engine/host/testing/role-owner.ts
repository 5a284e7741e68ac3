/**
 * For tests: supervises one steady role until it is killed. Argument: the data folder; prints the role's number.
 */
import { superviseRole } from "../children.ts";

const role = await superviseRole({
  name: "steady",
  argv: ["steady"],
  env: process.env,
  data: process.argv[2] ?? "",
  say: () => undefined,
  program: new URL("./role.ts", import.meta.url),
});
process.stdout.write(`${role.pid()}\n`);
