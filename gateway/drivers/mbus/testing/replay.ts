/**
 * A bus on which everybody who is asked gives the same telegram, whatever it is.
 */
import { createServer } from "node:net";
import { createAssembler } from "../link/assembler.ts";

/** A running replay. */
export type Replay = { host: string; port: number; close(): Promise<void> };

/** Answers every request for data with `telegram`, and the rest with E5. */
export async function startReplay(telegram: Uint8Array): Promise<Replay> {
  const server = createServer((socket) => {
    const assembler = createAssembler();
    socket.on("error", () => socket.destroy());
    socket.on("data", (piece) => {
      const frame = assembler.push(piece);
      if (frame === undefined) return;
      assembler.reset();
      if (!frame.ok || frame.value.kind === "ack") return;
      const asks = frame.value.kind === "short" && (frame.value.control & 0x0f) === 0x0b;
      socket.write(asks ? telegram : Uint8Array.of(0xe5));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    host: "127.0.0.1",
    port: address.port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
