/**
 * The client's types, written from the interface's own document: `npm run client` keeps them in `api/client/schema.ts`.
 */
import openapiTS, { astToString, type OpenAPI3 } from "openapi-typescript";
import { createApp } from "../app.ts";
import type { ApiContext } from "../context.ts";

/** Where the types are kept, under this folder. */
export const CLIENT_TYPES_FILE = new URL("../client/schema.ts", import.meta.url);

type Json = Record<string, unknown>;
type Operation = { responses: Record<string, unknown> };

/** The types as they have to be by the routes that there are now: TypeScript of nothing but types. */
export async function clientTypes(): Promise<string> {
  const document = (await (await appWithoutParts().request("/openapi.json")).json()) as Json;
  const ast = await openapiTS(withoutRefusals(document) as unknown as OpenAPI3, {
    silent: true,
    defaultNonNullable: false,
  });
  return `/**\n * The interface's document as types. Written by \`npm run client\`; do not edit.\n */\n\n${astToString(ast)}`;
}

/** The app with no parts behind it: it can tell what it is, and no route of it can be carried out. */
function appWithoutParts(): ReturnType<typeof createApp> {
  const none = (): never => {
    throw new Error("this app is there for its document only");
  };
  const context: Partial<ApiContext> = { onAnswer: () => undefined };
  return createApp(context as ApiContext, {
    findCaller: none,
    issueTicket: none,
    tokens: { issue: none } as never,
  });
}

/** Refusals are all one Problem, and would make the types five times as long. */
function withoutRefusals(document: Json): Json {
  const paths = document["paths"] as Record<string, Record<string, Operation>>;
  const told = Object.entries(paths).map(([path, methods]) => [
    path,
    Object.fromEntries(
      Object.entries(methods).map(([method, operation]) => {
        const good = Object.entries(operation.responses).filter(([status]) => status < "300");
        return [method, { ...operation, responses: Object.fromEntries(good) }];
      }),
    ),
  ]);
  return { ...document, paths: Object.fromEntries(told) };
}
