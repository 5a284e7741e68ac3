/**
 * Reads meters with `node-mbus`, in a process of its own: it blocks, and keeps its state for the whole process. Takes a
 * JSON list of `{ host, port, address }`; prints a JSON list of `{ data }` or `{ error }`.
 */
import MbusMaster from "node-mbus";

const ATTEMPT_MS = 300;

const answers = [];
for (const { host, port, address } of JSON.parse(process.argv[2])) {
  const master = new MbusMaster({ host, port, timeout: ATTEMPT_MS, autoConnect: true });
  try {
    answers.push({ data: await master.getDataAsync(address) });
  } catch (error) {
    answers.push({ error: String(error?.message ?? error) });
  }
  await new Promise((resolve) => master.close(resolve, true));
}
process.stdout.write(JSON.stringify(answers));
