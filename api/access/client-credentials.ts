/**
 * OAuth 2.0 client credentials (RFC 6749, section 4.4) as texts: what a request for a token asks, and which scopes it gets.
 */

/** An error of RFC 6749, section 5.2. */
export type OauthError =
  | "invalid_request"
  | "invalid_client"
  | "invalid_scope"
  | "unsupported_grant_type";

/** A refusal: `basic` where the client came with a header and is to be asked for one. */
export type OauthRefusal = { error: OauthError; description: string; basic: boolean };
/** What is asked. `scope` is undefined where all are wanted. */
export type TokenRequest = { clientId: string; secret: string; scope: string | undefined };

/** Reads a request: the client in the header (client_secret_basic) or in the form (client_secret_post), not in both. */
export function tokenRequestOf(
  authorization: string | undefined,
  form: URLSearchParams,
): TokenRequest | OauthRefusal {
  const basic = authorization !== undefined;
  const refused = (error: OauthError, description: string) => ({ error, description, basic });
  for (const name of ["grant_type", "client_id", "client_secret", "scope"]) {
    if (form.getAll(name).length > 1) return refused("invalid_request", `${name} comes twice`);
  }
  const grant = form.get("grant_type");
  if (grant === null) return refused("invalid_request", "grant_type is missing");
  if (grant !== "client_credentials") {
    return refused("unsupported_grant_type", "grant_type must be client_credentials");
  }
  if (basic && form.has("client_secret")) {
    return refused("invalid_request", "the client is named in the header and in the form");
  }
  const client = basic ? basicClient(authorization) : formClient(form);
  if (client === undefined) {
    return refused(
      "invalid_client",
      "send the key's id and the key as client_id and client_secret",
    );
  }
  return { ...client, scope: form.get("scope") ?? undefined };
}

/** The scopes of a token: those asked for, if the client has all of them. An empty list asks for none. */
export function scopeGranted(
  had: ReadonlySet<string>,
  asked: string | undefined,
): string | undefined {
  if (asked === undefined) return [...had].join(" ");
  const wanted = [...new Set(asked.split(" ").filter((scope) => scope !== ""))];
  return wanted.length > 0 && wanted.every((scope) => had.has(scope))
    ? wanted.join(" ")
    : undefined;
}

type Client = { clientId: string; secret: string };

function basicClient(authorization: string): Client | undefined {
  const text = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization)?.[1];
  if (text === undefined) return undefined;
  const pair = Buffer.from(text, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  if (colon < 1) return undefined;
  const clientId = unformed(pair.slice(0, colon));
  const secret = unformed(pair.slice(colon + 1));
  return clientId === undefined || secret === undefined ? undefined : { clientId, secret };
}

function formClient(form: URLSearchParams): Client | undefined {
  const clientId = form.get("client_id");
  const secret = form.get("client_secret");
  return clientId === null || secret === null ? undefined : { clientId, secret };
}

/** Both halves of the header are form-encoded (RFC 6749, section 2.3.1). */
function unformed(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
