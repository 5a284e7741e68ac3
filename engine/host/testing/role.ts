/**
 * For tests: a role that does what its first word says.
 */
const [behaviour = ""] = process.argv.slice(2);

const begin = (): void => {
  process.stdout.write(`${JSON.stringify({ level: 30, msg: `begins ${behaviour}` })}\n`);
};

if (behaviour === "crash") {
  begin();
  process.stdout.write(
    `${JSON.stringify({ level: 50, msg: "cannot go on", err: { message: "disk gone" } })}\n`,
  );
  process.exitCode = 1;
} else if (behaviour === "wrong-use") {
  begin();
  process.exitCode = 2;
} else {
  process.on("SIGTERM", () => {
    process.stdout.write(`${JSON.stringify({ level: 30, msg: "ended in order" })}\n`);
    process.exit(0);
  });
  setInterval(() => undefined, 1_000);
  // Said only when it can end in order, for who waits for it tells it to.
  begin();
}
