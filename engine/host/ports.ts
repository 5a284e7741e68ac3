/**
 * Ports on loopback: the wanted one, or a free one where it is taken.
 */
import { createServer } from "node:net";

/** The address that every embedded server listens on, and no other. */
export const LOOPBACK = "127.0.0.1";

/** Whether a server could listen on this port of loopback now. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await tryListen(port)) !== undefined;
}

/** The wanted port when it is free, else one that the system gives; 0 asks for any. */
export async function pickPort(wanted: number): Promise<number> {
  const port = (await tryListen(wanted)) ?? (await tryListen(0));
  if (port === undefined)
    throw new Error(`no free port on ${LOOPBACK}: end some of the programs that listen there`);
  return port;
}

function tryListen(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(undefined);
      else reject(error);
    });
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === "object" && address !== null ? address.port : undefined),
      );
    });
  });
}
