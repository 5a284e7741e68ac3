/**
 * Credentials for NATS as answers give them.
 */
import { z } from "@hono/zod-openapi";

/** A gateway's credentials, for the one answer that gives them. */
export const credentialsText = z.string().nullable().openapi({
  description:
    "Credentials for NATS (a .creds file, mode 600), given this once; null where NATS is not signed for by this api",
});
