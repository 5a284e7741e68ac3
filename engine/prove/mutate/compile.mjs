/**
 * A worker that compiles kernels: told a folder with asconfig.json and kernel-as/assembly, it leaves
 * dist/wasm/kernel.wasm there and answers with what is wrong, or with an empty text.
 */
import { parentPort } from "node:worker_threads";
import { main } from "assemblyscript/asc";

parentPort.on("message", async (folder) => {
  let said = "";
  const stream = {
    write(text) {
      said += text;
    },
  };
  const args = ["--config", "asconfig.json", "--baseDir", folder, "--target", "release"];
  const { error } = await main(args, { stdout: stream, stderr: stream });
  parentPort.postMessage(error === null ? "" : `${error.message}: ${said}`);
});
