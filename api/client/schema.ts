/**
 * The interface's document as types. Written by `npm run client`; do not edit.
 */

export interface paths {
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List keys, those that have ended too */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["ApiKey"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Make a key that may do no more than the caller's; its secret is in this answer only */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ApiKeyRequest"];
                };
            };
            responses: {
                /** @description The key with its secret */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MadeApiKey"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a key */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The key */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ApiKey"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{key_id}:rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a key a new secret; the one before goes on working for a time of grace */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default 86400 */
                        grace_s?: number;
                    };
                };
            };
            responses: {
                /** @description The key with its new secret */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MadeApiKey"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{key_id}:revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a key and the tokens that stand for it, within seconds; again changes nothing */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description The key */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ApiKey"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/portal-tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A token to read this account with; it ends when somebody else gets the account */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The token */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PortalToken"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oauth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A short-lived token for a key (OAuth 2.0 client credentials, RFC 6749) */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": {
                        /** @enum {string} */
                        grant_type: "client_credentials";
                        /**
                         * Format: uuid
                         * @description The key's id
                         */
                        client_id?: string;
                        /** @description The key */
                        client_secret?: string;
                        /** @description Fewer scopes than the key's */
                        scope?: string;
                    };
                };
            };
            responses: {
                /** @description The token; send it as Authorization: Bearer TOKEN */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccessToken"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The public keys that prove tokens (RFC 7517) */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The keys */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JwkSet"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operator": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the caller's operator */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The operator */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Operator"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change the operator's limits; what is left out stays */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["OperatorLimits"];
                };
            };
            responses: {
                /** @description The operator */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Operator"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List writes, oldest first */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    object?: string;
                    action?: string;
                    actor?: string;
                    from?: string;
                    to?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of writes */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["AuditEntry"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List sites */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of sites */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Site"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Make a site; it gets the shard with the fewest sites */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SiteRequest"];
                };
            };
            responses: {
                /** @description The site */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Site"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{site_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a site */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The site */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Site"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a site's name or reference; what is left out stays. Its timezone stays for its life */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name?: string;
                        /** @description The operator's own key, by which imports name it */
                        reference?: string | null;
                    };
                };
            };
            responses: {
                /** @description The site */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Site"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/units": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List units */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    site_id?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of units */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Unit"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Make a unit: a flat, shop or workshop of a site */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["UnitRequest"];
                };
            };
            responses: {
                /** @description The unit */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Unit"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/units/{unit_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a unit */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    unit_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The unit */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Unit"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a unit: its name, reference and what reports go by; what is left out stays */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    unit_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description common: shared by all; supply: where the site's own meters are; else private
                         * @enum {string}
                         */
                        use?: "private" | "common" | "supply";
                        /** @description Production line or department that reports group by */
                        cost_center?: string | null;
                        /** @example 72.50 */
                        area_m2?: string | null;
                        name?: string;
                        reference?: string | null;
                    };
                };
            };
            responses: {
                /** @description The unit */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Unit"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/gateways": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List gateways */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of gateways */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Gateway"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Make a gateway; the answer holds its key and its credentials for NATS */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["GatewayRequest"];
                };
            };
            responses: {
                /** @description The gateway and its key */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NewGateway"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gateways/{gateway}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a gateway */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    gateway: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The gateway */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Gateway"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a gateway's name */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    gateway: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                    };
                };
            };
            responses: {
                /** @description The gateway */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Gateway"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/gateways/{gateway}:rotate-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a gateway a new key for its frames; those under the old one are refused from now on */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    gateway: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description The new key, this once */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RekeyedGateway"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gateways/{gateway}/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the credentials that a gateway was given for NATS, the newest 100 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    gateway: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Newest first, without the secrets */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["GatewayCredentialsList"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gateways/{gateway}:rotate-credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a gateway new credentials; those before are taken for a time of grace */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    gateway: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default 86400 */
                        grace_s?: number;
                    };
                };
            };
            responses: {
                /** @description The new credentials, this once */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RotatedGatewayCredentials"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gateways/{gateway}:revoke-credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End all credentials of a gateway; NATS ends its connections at once */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    gateway: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description They are ended */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RevokedGatewayCredentials"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List meters */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of meters */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Meter"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Make a meter at a usage point of a unit; its gateway reads it once its account is open */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["MeterRequest"];
                };
            };
            responses: {
                /** @description The meter */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Meter"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meters/{meter_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a meter */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    meter_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The meter */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Meter"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change how a meter is reached; what is left out stays. Another meter in its place is an exchange */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    meter_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        driver?: "modbus" | "mbus" | "bacnet";
                        device?: string;
                        link?: {
                            host: string;
                            port: number;
                            /** @enum {string} */
                            framing?: "rtu";
                        } | {
                            serial: string;
                            baud: number;
                            /** @enum {string} */
                            parity?: "none" | "even" | "odd";
                            stop_bits?: 1 | 2;
                        } | {
                            caller: string;
                        };
                        address?: string;
                        key?: string | null;
                    };
                };
            };
            responses: {
                /** @description The meter; its gateway is told */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Meter"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/imports/{import_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far an import has come */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    import_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The import */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Import"];
                    };
                };
            };
        };
        /** Make sites, units, customers, gateways, usage points, meters, agreements and accounts from one file; send it again to go on */
        put: {
            parameters: {
                query?: {
                    /** @description Only the verdicts; nothing is made */
                    dry_run?: "true" | "false";
                };
                header?: never;
                path: {
                    import_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            responses: {
                /** @description The import; with Accept: application/x-ndjson the verdicts of its lines */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Import"];
                        "application/x-ndjson": string;
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List imports with their progress */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Import"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{import_id}/verdicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The verdicts of an import's lines so far */
        get: {
            parameters: {
                query?: {
                    verdict?: "made" | "unchanged" | "refused";
                };
                header?: never;
                path: {
                    import_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Lines of {"line", "type", "verdict", "id"}; a refused one has "code", "field" and "detail" */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/x-ndjson": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meters/{meter_id}:exchange": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put another meter in the place of this one; block counters, balance and debts stay (R17) */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Without it nothing is done */
                    "idempotency-key"?: string;
                };
                path: {
                    meter_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        gateway?: number;
                        serial: string;
                        /** @enum {string} */
                        driver: "modbus" | "mbus" | "bacnet";
                        device: string;
                        link: {
                            host: string;
                            port: number;
                            /** @enum {string} */
                            framing?: "rtu";
                        } | {
                            serial: string;
                            baud: number;
                            /** @enum {string} */
                            parity?: "none" | "even" | "odd";
                            stop_bits?: 1 | 2;
                        } | {
                            caller: string;
                        };
                        key?: string;
                        address: string;
                        /** @default 0 */
                        modulus_atoms?: string;
                        /** @default 0 */
                        max_rate_atoms_per_hour?: string;
                        /** @default 1 */
                        step_atoms?: string;
                        /**
                         * @description What the old meter shows; its last reading if left out
                         * @example 4403.82
                         */
                        closing_register?: string;
                        /** @example 4403.82 */
                        opening_register: string;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description The order, placed before under the same Idempotency-Key */
                200: {
                    headers: {
                        "Idempotent-Replayed": "true";
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order, carried out */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order; it waits for the approval of another key */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/price-lists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List price lists */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of price lists */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["PriceList"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Publish a version of a price list; a new name makes a new list */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PriceListRequest"];
                };
            };
            responses: {
                /** @description The same version was there already */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PublishedPriceList"];
                    };
                };
                /** @description The published version */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PublishedPriceList"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/price-lists/{price_list_id}/versions/{version}:cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take back a list's last version before it begins; the one before it goes on (R30) */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    price_list_id: string;
                    version: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description The list with the versions that are left */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PriceListDetail"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/price-lists/{price_list_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a price list with its versions */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    price_list_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The list */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PriceListDetail"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/price-lists:preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a price list would have charged for what was consumed; nothing is written */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PriceListPreviewRequest"];
                };
            };
            responses: {
                /** @description What was charged, and what would have been */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PriceListPreview"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/calendars": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List calendars */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of calendars */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Calendar"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Make a calendar; a supply policy names it as friendly period or cut window */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CalendarRequest"];
                };
            };
            responses: {
                /** @description The same calendar was there already */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Calendar"];
                    };
                };
                /** @description The calendar */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Calendar"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/calendars/{calendar_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a calendar */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    calendar_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The calendar */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Calendar"];
                    };
                };
            };
        };
        /** Put another text in the place of a calendar's; accounts are judged by it at once */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    calendar_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CalendarRequest"];
                };
            };
            responses: {
                /** @description The calendar; its version has risen unless nothing changed */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Calendar"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/supply-policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List supply policies */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of policies */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["SupplyPolicy"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Make a supply policy: when people are warned, and when supply is cut and returns */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SupplyPolicyRequest"];
                };
            };
            responses: {
                /** @description The policy */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SupplyPolicy"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/supply-policies/{supply_policy_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a supply policy */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    supply_policy_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The policy */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SupplyPolicy"];
                    };
                };
            };
        };
        /** Put other terms in the place of a policy's; its accounts are judged by them at once */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    supply_policy_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SupplyPolicyTerms"];
                };
            };
            responses: {
                /** @description The policy; its version has risen unless nothing changed */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SupplyPolicy"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customer-groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List customer groups */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Named"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Make a customer group */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NameRequest"];
                };
            };
            responses: {
                /** @description The customer group */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Named"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customer-groups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a customer group */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The customer group */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Named"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a customer group's name */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NameRequest"];
                };
            };
            responses: {
                /** @description The customer group */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Named"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/tariff-classes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List tariff classs */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Named"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Make a tariff class */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NameRequest"];
                };
            };
            responses: {
                /** @description The tariff class */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Named"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tariff-classes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a tariff class */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The tariff class */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Named"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a tariff class's name */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NameRequest"];
                };
            };
            responses: {
                /** @description The tariff class */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Named"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/unit-sets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List unit sets */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Named"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Make a unit set */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NameRequest"];
                };
            };
            responses: {
                /** @description The unit set */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Named"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/unit-sets/{unit_set_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a unit set with its units */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    unit_set_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The set */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnitSet"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a unit set's name */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    unit_set_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NameRequest"];
                };
            };
            responses: {
                /** @description The set */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnitSet"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/unit-sets/{unit_set_id}:change-members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put units into a set and take others out; what applies to their accounts follows */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    unit_set_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default [] */
                        add?: string[];
                        /** @default [] */
                        remove?: string[];
                    };
                };
            };
            responses: {
                /** @description The set */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnitSet"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List customers */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    reference?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Customer"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Make a customer: who uses and pays, as tenant or owner by their agreements */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        /** @description The operator's own number for them */
                        reference?: string | null;
                        /** Format: uuid */
                        customer_group_id?: string | null;
                    };
                };
            };
            responses: {
                /** @description The customer */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Customer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers/{customer_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a customer */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    customer_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The customer */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Customer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a customer; what is left out stays */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    customer_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name?: string;
                        /** @description The operator's own number for them */
                        reference?: string | null;
                        /** Format: uuid */
                        customer_group_id?: string | null;
                    };
                };
            };
            responses: {
                /** @description The customer */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Customer"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/customers/{customer_id}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a key for a customer: it reads the accounts of their open agreements, from each one's beginning on */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    customer_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        /** Format: date-time */
                        expires_at?: string;
                    };
                };
            };
            responses: {
                /** @description The key, given this once */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            key_id: string;
                            name: string;
                            key: string;
                            /**
                             * Format: date-time
                             * @example 2026-03-01T09:30:00.000Z
                             */
                            expires_at: string | null;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/usage-points": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the usage points of a unit */
        get: {
            parameters: {
                query: {
                    unit_id: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description All of them */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["UsagePoint"][];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/usage-points/{usage_point_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a usage point */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    usage_point_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The usage point */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UsagePoint"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Put a usage point into a tariff class, or into none */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    usage_point_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** Format: uuid */
                        tariff_class_id: string | null;
                    };
                };
            };
            responses: {
                /** @description The usage point */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UsagePoint"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/price-list-assignments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List assignments of price lists */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    ended?: "true" | "false";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Assignment"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Assign a price list to an account, unit, set, customer, group, tariff class, site or the operator; the most specific wins, then the newest */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PriceListAssignmentRequest"];
                };
            };
            responses: {
                /** @description The assignment; the engine is told of what changes by it */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Assignment"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/price-list-assignments/{assignment_id}:end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End an assignment, now or from an instant on; what is in force then is what is left */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    assignment_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** Format: date-time */
                        at?: string;
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description The assignment */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Assignment"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/supply-policy-assignments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List assignments of supply policies */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    ended?: "true" | "false";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Assignment"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Assign a supply policy to an account, unit, set, customer, group, tariff class, site or the operator; the most specific wins, then the newest */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SupplyPolicyAssignmentRequest"];
                };
            };
            responses: {
                /** @description The assignment; the engine is told of what changes by it */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Assignment"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/supply-policy-assignments/{assignment_id}:end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End an assignment, now or from an instant on; what is in force then is what is left */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    assignment_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** Format: date-time */
                        at?: string;
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description The assignment */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Assignment"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agreements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List agreements */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    customer_id?: string;
                    usage_point_id?: string;
                    open?: "true" | "false";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Agreement"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Make the agreement of a customer and a usage point that nobody has */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** Format: uuid */
                        customer_id: string;
                        /** Format: uuid */
                        usage_point_id: string;
                        /**
                         * @default tenant
                         * @enum {string}
                         */
                        role?: "tenant" | "owner";
                        /** Format: date-time */
                        from?: string;
                    };
                };
            };
            responses: {
                /** @description The agreement */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Agreement"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agreements/{agreement_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an agreement */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    agreement_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The agreement */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Agreement"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agreements/{agreement_id}/settlement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The final settlement of an agreement that a change of tenancy ended */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    agreement_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The settlement, as it was written */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FinalSettlement"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agreements/{agreement_id}:change-tenancy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Settle the account for who leaves and begin clean for who comes; no debt and no credit passes on (R92) */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Without it nothing is done */
                    "idempotency-key"?: string;
                };
                path: {
                    agreement_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @description Who comes; null: nobody yet
                         */
                        customer_id: string | null;
                        /**
                         * @default tenant
                         * @enum {string}
                         */
                        role?: "tenant" | "owner";
                        /**
                         * @description What the meter shows, in its unit; the last reading if left out
                         * @example 4403.82
                         */
                        closing_register?: string;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description The order, placed before under the same Idempotency-Key */
                200: {
                    headers: {
                        "Idempotent-Replayed": "true";
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order, carried out */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order; it waits for the approval of another key */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List readings that are in quarantine, or were */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    account_id?: string;
                    state?: "open" | "accepted" | "rejected" | "cleared";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of readings */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["QuarantinedReading"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/quarantine/{quarantined_reading_id}:accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accept a reading: as consumption, charging what the register advanced, or as the baseline from which counting goes on */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    quarantined_reading_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        as: "consumption" | "baseline";
                        /**
                         * Format: date-time
                         * @description When the meter showed it; when it was received if left out
                         */
                        read_at?: string;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description The order, placed before under the same Idempotency-Key */
                200: {
                    headers: {
                        "Idempotent-Replayed": "true";
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order, carried out */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order; it waits for the approval of another key */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/quarantine/{quarantined_reading_id}:reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reject a reading: the meter's state stays as it was */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    quarantined_reading_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description The order, placed before under the same Idempotency-Key */
                200: {
                    headers: {
                        "Idempotent-Replayed": "true";
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order, carried out */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order; it waits for the approval of another key */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/readings:batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take readings as lines of JSON; one verdict a line */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-ndjson": string;
                };
            };
            responses: {
                /** @description Lines of {"line", "meter_serial", "verdict"}; a refused one has the verdict "refused" with "code" and "detail" */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/x-ndjson": string;
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List accounts with their balances */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    site_id?: string;
                    unit_id?: string;
                    service?: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
                    meter_serial?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of accounts */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Account"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Open an account at a meter's usage point */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["OpenAccountRequest"];
                };
            };
            responses: {
                /** @description The account; its balance is null until the engine has opened it */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Account"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an account */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The account */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Account"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an account's balance and supply, as they are on the engine's disk */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The balance */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Balance"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/effective": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which price list and supply policy are in force for an account, and why */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What is in force, what comes next, and what was overruled */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Effective"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}:adjust": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add to the balance or take from it by hand; over the operator's limit another key has to approve */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Without it nothing is done */
                    "idempotency-key"?: string;
                };
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description In what the account holds: its currency or unit
                         * @example 10.00
                         */
                        amount: string;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description The order, placed before under the same Idempotency-Key */
                200: {
                    headers: {
                        "Idempotent-Replayed": "true";
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order, carried out */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order; it waits for the approval of another key */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}:grant-credit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Grant restricted credit, used before any other and gone at its expiry (R41); over the operator's limit another key has to approve */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Without it nothing is done */
                    "idempotency-key"?: string;
                };
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description In what the account holds: its currency or unit
                         * @example 10.00
                         */
                        amount: string;
                        /** Format: date-time */
                        expires_at: string;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description The order, placed before under the same Idempotency-Key */
                200: {
                    headers: {
                        "Idempotent-Replayed": "true";
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order, carried out */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order; it waits for the approval of another key */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}:activate-emergency-credit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Invoke emergency credit for the customer (R60); asking again changes nothing */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description The order, placed before under the same Idempotency-Key */
                200: {
                    headers: {
                        "Idempotent-Replayed": "true";
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order, carried out */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order; it waits for the approval of another key */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}:set-critical-need": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say whether somebody at the account depends on supply (R72) */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        critical_need: boolean;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description The order, placed before under the same Idempotency-Key */
                200: {
                    headers: {
                        "Idempotent-Replayed": "true";
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order, carried out */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order; it waits for the approval of another key */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}:set-payment-mode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change between prepayment and credit, now or at an instant to come (R91) */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        payment_mode: "prepayment" | "credit";
                        /** Format: date-time */
                        at?: string;
                        /** @example 0.25 */
                        share?: string;
                        /** @example 10.00 */
                        weekly_cap?: string;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description The order, placed before under the same Idempotency-Key */
                200: {
                    headers: {
                        "Idempotent-Replayed": "true";
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order, carried out */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order; it waits for the approval of another key */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}:cancel-mode-change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel the change of payment mode that is pending */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description The order, placed before under the same Idempotency-Key */
                200: {
                    headers: {
                        "Idempotent-Replayed": "true";
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order, carried out */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order; it waits for the approval of another key */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account-orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List account orders, also those that wait for approval */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    account_id?: string;
                    state?: "awaiting_approval" | "rejected" | "pending" | "applied" | "refused";
                    op?: "activate_emergency_credit" | "set_critical_need" | "set_debt" | "grant_credit" | "adjust" | "reverse_credit" | "set_payment_mode" | "cancel_mode_change" | "change_tenancy" | "exchange_meter" | "accept_reading" | "reject_reading";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of orders */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["AccountOrder"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account-orders/{order_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of an account order */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    order_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The order */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account-orders/{order_id}:approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve an order that another key asked for; it is carried out */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    order_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description The order, decided */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account-orders/{order_id}:reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reject an order that another key asked for */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    order_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description The order, decided */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/debts/{debt}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Put a debt and its terms in the place of what was owed of it */
        put: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    account_id: string;
                    debt: "time_debt_1" | "time_debt_2" | "payment_debt" | "accumulated_debt";
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DebtRequest"];
                };
            };
            responses: {
                /** @description The order, placed before under the same Idempotency-Key */
                200: {
                    headers: {
                        "Idempotent-Replayed": "true";
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order, carried out */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order; it waits for the approval of another key */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/debts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an account's debts, with the terms that they were last given */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The debts */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Debts"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/instalment-plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List instalment plans */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    account_id?: string;
                    state?: "pending" | "active" | "refused" | "replaced" | "written_off";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["InstalmentPlan"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Have a debt paid in instalments; takes the place of a plan that is in force for it */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Without it nothing is done */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["InstalmentPlanRequest"];
                };
            };
            responses: {
                /** @description The order, placed before under the same Idempotency-Key */
                200: {
                    headers: {
                        "Idempotent-Replayed": "true";
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order, carried out */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order; it waits for the approval of another key */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/instalment-plans/{plan_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a plan, with what is owed */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    plan_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The plan */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["InstalmentPlan"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/instalment-plans/{plan_id}:write-off": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a plan and forgive what is left of its debt */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path: {
                    plan_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description The order, placed before under the same Idempotency-Key */
                200: {
                    headers: {
                        "Idempotent-Replayed": "true";
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order, carried out */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order; it waits for the approval of another key */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auto-top-ups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List automatic top-ups */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    account_id?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["AutoTopUp"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Have an account paid up by itself: one rule an account, one payment in flight */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AutoTopUpRequest"];
                };
            };
            responses: {
                /** @description The rule */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AutoTopUp"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auto-top-ups/{auto_top_up_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an automatic top-up with its newest payment */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    auto_top_up_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The rule */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AutoTopUp"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auto-top-ups/{auto_top_up_id}/payments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the payments of a rule */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path: {
                    auto_top_up_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Payment"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auto-top-ups/{auto_top_up_id}:resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go on with a rule that was stopped by a failure */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    auto_top_up_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description The rule */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AutoTopUp"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auto-top-ups/{auto_top_up_id}:end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a rule for good; a payment under way is finished */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    auto_top_up_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description The rule */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AutoTopUp"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/payment-notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A notice of the payment provider, signed as Standard Webhooks has it */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PaymentNotice"];
                };
            };
            responses: {
                /** @description Taken */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payment-statements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Import a statement; its lines are matched with vends, deposits and payments by reference and amount */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PaymentStatementRequest"];
                };
            };
            responses: {
                /** @description The statement, imported before */
                200: {
                    headers: {
                        "Idempotent-Replayed": "true";
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PaymentStatement"];
                    };
                };
                /** @description The statement */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PaymentStatement"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payment-statements/{statement_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a statement: how many of its lines stand how */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    statement_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The statement */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PaymentStatement"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payment-statements/{statement_id}/lines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the lines of a statement */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    state?: "matched" | "amount_differs" | "unmatched";
                };
                header?: never;
                path: {
                    statement_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["StatementLine"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/payment-reconciliation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What of a span of time was not matched, on both sides */
        get: {
            parameters: {
                query: {
                    from: string;
                    to: string;
                    currency: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Both sides */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PaymentReconciliation"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/credit-transfers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List transfers */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    state?: "reserving" | "awaiting_approval" | "posting" | "posted" | "releasing" | "rejected" | "refused";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of transfers */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["CreditTransfer"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Request a transfer of credit between two accounts of one site */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Without it nothing is done */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CreditTransferRequest"];
                };
            };
            responses: {
                /** @description The transfer, requested before under the same Idempotency-Key */
                200: {
                    headers: {
                        "Idempotent-Replayed": "true";
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CreditTransfer"];
                    };
                };
                /** @description The transfer, posted: it was within the operator's limit */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CreditTransfer"];
                    };
                };
                /** @description The transfer, its amount set aside; it waits for another key's approval */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CreditTransfer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/credit-transfers/{credit_transfer_id}:approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve a transfer that another key requested; it is posted in one step */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    credit_transfer_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description The transfer, decided */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CreditTransfer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/credit-transfers/{credit_transfer_id}:reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reject a transfer that another key requested; what was set aside is given back */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    credit_transfer_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description The transfer, decided */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CreditTransfer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/credit-transfers/{credit_transfer_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of a transfer */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    credit_transfer_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The transfer */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CreditTransfer"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/consumption": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Consumption of an account by hour or day, in [from, to) */
        get: {
            parameters: {
                query?: {
                    from?: string;
                    to?: string;
                    every?: "hour" | "day";
                    /** @description Whose hours and days; IANA name */
                    timezone?: string;
                };
                header?: never;
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Buckets with consumption or charges, oldest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Consumption"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/consumption": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Consumption of many accounts: those of a site, unit or service */
        get: {
            parameters: {
                query?: {
                    from?: string;
                    to?: string;
                    every?: "hour" | "day";
                    /** @description Whose hours and days; IANA name */
                    timezone?: string;
                    site_id?: string;
                    unit_id?: string;
                    service?: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Buckets with consumption or charges, by account, oldest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Consumption"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/consumption": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Consumption and cost by group and interval, in local time */
        get: {
            parameters: {
                query?: {
                    from?: string;
                    to?: string;
                    account_id?: string;
                    unit_id?: string;
                    unit_set_id?: string;
                    site_id?: string;
                    customer_id?: string;
                    tariff_class_id?: string;
                    cost_center?: string;
                    service?: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
                    every?: "quarter_hour" | "half_hour" | "hour" | "day" | "week" | "month" | "quarter" | "year" | "whole";
                    /** @description Whose clock; each site's own unless given */
                    timezone?: string;
                    group_by?: "account" | "unit" | "site" | "customer" | "service" | "cost_center" | "tariff_class";
                    /** @description Only so many rows, those with the highest quantity first */
                    top?: string;
                    /** @description Instead of the Accept header */
                    format?: "json" | "csv" | "parquet";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The report */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ConsumptionReport"];
                        "text/csv": string;
                        "application/vnd.apache.parquet": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/load-curve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Mean load by windows of 15, 30 or 60 minutes */
        get: {
            parameters: {
                query?: {
                    from?: string;
                    to?: string;
                    account_id?: string;
                    unit_id?: string;
                    unit_set_id?: string;
                    site_id?: string;
                    customer_id?: string;
                    tariff_class_id?: string;
                    cost_center?: string;
                    service?: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
                    group_by?: "account" | "unit" | "site" | "service" | "cost_center" | "tariff_class";
                    /** @description Length of a window; windows begin at its multiples of the hour */
                    window_minutes?: "15" | "30" | "60";
                    /** @description Instead of the Accept header */
                    format?: "json" | "csv" | "parquet";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The report */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LoadCurveReport"];
                        "text/csv": string;
                        "application/vnd.apache.parquet": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/maximum-demand": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Highest mean load of a window in each interval of local time */
        get: {
            parameters: {
                query?: {
                    from?: string;
                    to?: string;
                    account_id?: string;
                    unit_id?: string;
                    unit_set_id?: string;
                    site_id?: string;
                    customer_id?: string;
                    tariff_class_id?: string;
                    cost_center?: string;
                    service?: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
                    group_by?: "account" | "unit" | "site" | "service" | "cost_center" | "tariff_class";
                    /** @description Length of a window; windows begin at its multiples of the hour */
                    window_minutes?: "15" | "30" | "60";
                    every?: "quarter_hour" | "half_hour" | "hour" | "day" | "week" | "month" | "quarter" | "year" | "whole";
                    /** @description Whose clock; each site's own unless given */
                    timezone?: string;
                    /** @description Instead of the Accept header */
                    format?: "json" | "csv" | "parquet";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The report */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MaximumDemandReport"];
                        "text/csv": string;
                        "application/vnd.apache.parquet": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/statement-lines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was consumed at each step of the tariff, and each charge, with taxes */
        get: {
            parameters: {
                query?: {
                    from?: string;
                    to?: string;
                    account_id?: string;
                    unit_id?: string;
                    unit_set_id?: string;
                    site_id?: string;
                    customer_id?: string;
                    tariff_class_id?: string;
                    cost_center?: string;
                    service?: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
                    /** @description Instead of the Accept header */
                    format?: "json" | "csv" | "parquet";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The report */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StatementLinesReport"];
                        "text/csv": string;
                        "application/vnd.apache.parquet": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/losses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A site's supply meters against the sum of its units, with the doubt of unaligned reads */
        get: {
            parameters: {
                query: {
                    from?: string;
                    to?: string;
                    site_id: string;
                    service?: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
                    every?: "quarter_hour" | "half_hour" | "hour" | "day" | "week" | "month" | "quarter" | "year" | "whole";
                    /** @description Whose clock; each site's own unless given */
                    timezone?: string;
                    /** @description Instead of the Accept header */
                    format?: "json" | "csv" | "parquet";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The report */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LossesReport"];
                        "text/csv": string;
                        "application/vnd.apache.parquet": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/allocation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What common areas consumed, shared out among private units to the atom and the micro */
        get: {
            parameters: {
                query: {
                    from?: string;
                    to?: string;
                    site_id: string;
                    service: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
                    rule?: "equal" | "area" | "consumption";
                    /** @description Instead of the Accept header */
                    format?: "json" | "csv" | "parquet";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The report */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AllocationReport"];
                        "text/csv": string;
                        "application/vnd.apache.parquet": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/arrears": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Accounts that owe anything, those that owe most first */
        get: {
            parameters: {
                query?: {
                    account_id?: string;
                    unit_id?: string;
                    unit_set_id?: string;
                    site_id?: string;
                    customer_id?: string;
                    tariff_class_id?: string;
                    cost_center?: string;
                    service?: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
                    /** @description Instead of the Accept header */
                    format?: "json" | "csv" | "parquet";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The report */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ArrearsReport"];
                        "text/csv": string;
                        "application/vnd.apache.parquet": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/collection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was charged and what was collected: arrears grow where the one passes the other */
        get: {
            parameters: {
                query?: {
                    from?: string;
                    to?: string;
                    every?: "quarter_hour" | "half_hour" | "hour" | "day" | "week" | "month" | "quarter" | "year" | "whole";
                    /** @description Whose clock; each site's own unless given */
                    timezone?: string;
                    site_id?: string;
                    /** @description Instead of the Accept header */
                    format?: "json" | "csv" | "parquet";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The report */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CollectionReport"];
                        "text/csv": string;
                        "application/vnd.apache.parquet": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/vendor-reconciliation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What each vendor, key, terminal and tender sold and took back */
        get: {
            parameters: {
                query?: {
                    from?: string;
                    to?: string;
                    every?: "quarter_hour" | "half_hour" | "hour" | "day" | "week" | "month" | "quarter" | "year" | "whole";
                    /** @description Whose clock; each site's own unless given */
                    timezone?: string;
                    vendor_id?: string;
                    key_id?: string;
                    /** @description Instead of the Accept header */
                    format?: "json" | "csv" | "parquet";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The report */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VendorReconciliationReport"];
                        "text/csv": string;
                        "application/vnd.apache.parquet": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/forecast": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What accounts will consume and pay, with the error of the forecast in a back-test */
        get: {
            parameters: {
                query?: {
                    account_id?: string;
                    unit_id?: string;
                    unit_set_id?: string;
                    site_id?: string;
                    customer_id?: string;
                    tariff_class_id?: string;
                    cost_center?: string;
                    service?: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
                    every?: "day" | "hour";
                    /** @description Made from what was known then; now unless given. Days left are always by the present credit */
                    as_of?: string;
                    /** @description How many intervals; days up to 60, hours up to 1440 */
                    horizon?: number;
                    /** @description Instead of the Accept header */
                    format?: "json" | "csv" | "parquet";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The report */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ForecastReport"];
                        "text/csv": string;
                        "application/vnd.apache.parquet": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/top-up-reminders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prepaid accounts whose credit lasts for less than so many days by their forecast */
        get: {
            parameters: {
                query?: {
                    account_id?: string;
                    unit_id?: string;
                    unit_set_id?: string;
                    site_id?: string;
                    customer_id?: string;
                    tariff_class_id?: string;
                    cost_center?: string;
                    service?: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
                    /** @description Accounts whose credit lasts for less days than this */
                    days?: number;
                    /** @description Instead of the Accept header */
                    format?: "json" | "csv" | "parquet";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The report */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TopUpRemindersReport"];
                        "text/csv": string;
                        "application/vnd.apache.parquet": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What looks like theft or a fault in the last 7 days, with evidence and thresholds */
        get: {
            parameters: {
                query?: {
                    account_id?: string;
                    unit_id?: string;
                    unit_set_id?: string;
                    site_id?: string;
                    customer_id?: string;
                    tariff_class_id?: string;
                    cost_center?: string;
                    service?: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
                    /** @description Whole local days before this; now */
                    until?: string;
                    kind?: "reverse_flow" | "zero_use" | "sudden_drop" | "night_use_in_empty_unit" | "bypass_by_site_balance";
                    /** @description Instead of the Accept header */
                    format?: "json" | "csv" | "parquet";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The report */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FindingsReport"];
                        "text/csv": string;
                        "application/vnd.apache.parquet": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/efficiency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What private units used for their area, among those of their tariff class */
        get: {
            parameters: {
                query?: {
                    from?: string;
                    to?: string;
                    account_id?: string;
                    unit_id?: string;
                    unit_set_id?: string;
                    site_id?: string;
                    customer_id?: string;
                    tariff_class_id?: string;
                    cost_center?: string;
                    service?: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
                    within?: "site" | "operator";
                    /** @description Instead of the Accept header */
                    format?: "json" | "csv" | "parquet";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The report */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["EfficiencyReport"];
                        "text/csv": string;
                        "application/vnd.apache.parquet": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/cost-center": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Give an account a cost centre of its own; null: its unit's */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        cost_center: string | null;
                    };
                };
            };
            responses: {
                /** @description What it is now */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountCostCenter"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/carbon-tables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List tables of carbon factors */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["CarbonTable"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Make a table of carbon factors */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CarbonTableRequest"];
                };
            };
            responses: {
                /** @description The table, empty */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CarbonTable"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/carbon-tables/{carbon_table_id}/factors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the factors of [from, to), at most 9000 */
        get: {
            parameters: {
                query: {
                    from: string;
                    to: string;
                };
                header?: never;
                path: {
                    carbon_table_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The factors that there are, in order */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CarbonFactors"];
                    };
                };
            };
        };
        /** Set the factors of hours in a row; what was there for them is replaced */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    carbon_table_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CarbonFactorsRequest"];
                };
            };
            responses: {
                /** @description What was set */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CarbonFactors"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/carbon": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What accounts emitted, by a table of hourly factors */
        get: {
            parameters: {
                query: {
                    from?: string;
                    to?: string;
                    account_id?: string;
                    unit_id?: string;
                    unit_set_id?: string;
                    site_id?: string;
                    customer_id?: string;
                    tariff_class_id?: string;
                    cost_center?: string;
                    service?: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
                    carbon_table_id: string;
                    /** @description Instead of the Accept header */
                    format?: "json" | "csv" | "parquet";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The report */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CarbonReport"];
                        "text/csv": string;
                        "application/vnd.apache.parquet": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/statement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Statement of an account in [from, to): what it held, what moved it, what it holds */
        get: {
            parameters: {
                query?: {
                    from?: string;
                    to?: string;
                    /** @description Instead of the Accept header */
                    format?: "json" | "csv";
                };
                header?: never;
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The statement */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Statement"];
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers/{customer_id}/statement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Statements of a customer's accounts, each since the customer has it */
        get: {
            parameters: {
                query?: {
                    from?: string;
                    to?: string;
                    /** @description Instead of the Accept header */
                    format?: "json" | "csv";
                };
                header?: never;
                path: {
                    customer_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The statement */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Statements"];
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/units/{unit_id}/statement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Statements of a unit's accounts, of one service or of all */
        get: {
            parameters: {
                query?: {
                    from?: string;
                    to?: string;
                    /** @description Instead of the Accept header */
                    format?: "json" | "csv";
                    service?: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
                };
                header?: never;
                path: {
                    unit_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The statement */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Statements"];
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vends/{vend_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The advice: what became of a vend; 404 means that it was never received */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    vend_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The receipt, also of a vend that was taken back, or where the vend stands */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Receipt"] | components["schemas"]["ReversedVend"] | components["schemas"]["VendAdvice"];
                    };
                };
            };
        };
        /** Sell credit; the id is the client's, and repeating it is always safe */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    vend_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["VendRequest"];
                };
            };
            responses: {
                /** @description The receipt, given before */
                200: {
                    headers: {
                        "Idempotent-Replayed": "true";
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Receipt"];
                    };
                };
                /** @description The receipt */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Receipt"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vends/{vend_id}:reverse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a vend back whole, within the operator's window; asking again gives the same reversal */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    vend_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason: string;
                        /** @default false */
                        confirmed_removed?: boolean;
                    };
                };
            };
            responses: {
                /** @description The order, placed before under the same Idempotency-Key */
                200: {
                    headers: {
                        "Idempotent-Replayed": "true";
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order, carried out */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
                /** @description The order; it waits for the approval of another key */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountOrder"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vends:quote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a vend would come to now, part by part; refused as the vend would be, and nothing is sold */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["VendRequest"];
                };
            };
            responses: {
                /** @description What it would come to */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VendQuote"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vends/{vend_id}/receipt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A copy of the receipt, marked and counted; JSON, HTML or PDF, as Accept asks */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    vend_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The copy */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReceiptCopy"];
                        "text/html": string;
                        "application/pdf": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vendors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List vendors; a vendor's key sees its own */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Vendor"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Make a vendor */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["VendorRequest"];
                };
            };
            responses: {
                /** @description The vendor */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Vendor"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vendors/{vendor_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a vendor with its float */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    vendor_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The vendor */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Vendor"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a vendor's limit, commission or state; what is left out stays */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    vendor_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["VendorChange"];
                };
            };
            responses: {
                /** @description The vendor */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Vendor"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/vendors/{vendor_id}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a key with which the vendor sells */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    vendor_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        /** Format: date-time */
                        expires_at?: string;
                    };
                };
            };
            responses: {
                /** @description The key */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VendorKey"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vendors/{vendor_id}/movements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what moved a vendor's float, oldest first */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path: {
                    vendor_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["VendorMovement"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Record a deposit, payout or correction of a vendor's float */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Without it nothing is done */
                    "idempotency-key"?: string;
                };
                path: {
                    vendor_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["VendorMovementRequest"];
                };
            };
            responses: {
                /** @description The movement, recorded before under the same Idempotency-Key */
                200: {
                    headers: {
                        "Idempotent-Replayed": "true";
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VendorMovement"];
                    };
                };
                /** @description The movement */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VendorMovement"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vendors/{vendor_id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a period came to: sales, reversals, commission, deposits, by tender and service */
        get: {
            parameters: {
                query: {
                    from: string;
                    to: string;
                };
                header?: never;
                path: {
                    vendor_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The report */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VendorReport"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/terminals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List terminals; a vendor's key sees its own */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    vendor_id?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Terminal"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Register a terminal; vends of its vendor may name it */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["TerminalRequest"];
                };
            };
            responses: {
                /** @description The terminal */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Terminal"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/terminals/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Close a terminal, so that it takes no vends, or open it again */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        state: "open" | "closed";
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description The terminal */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Terminal"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/vendor-shifts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List shifts; a vendor's key sees its own */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    vendor_id?: string;
                    state?: "open";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["VendorShift"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Open a shift; vends of the terminal belong to it until it is closed */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ShiftRequest"];
                };
            };
            responses: {
                /** @description The shift */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VendorShift"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vendor-shifts/{shift_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a shift, also what an open one took so far */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    shift_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The shift */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VendorShift"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vendor-shifts/{shift_id}:close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cash up: close a shift with the cash that was counted; the same again gives the same */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    shift_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @example 10.00 */
                        counted_cash: string;
                        note?: string;
                    };
                };
            };
            responses: {
                /** @description The shift, with what is missing or too much */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VendorShift"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List settlements; a vendor's key sees its own */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    vendor_id?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Settlement"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Settle a vendor: close its ledger up to now, and pay its commission into its float */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Without it nothing is done */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SettlementRequest"];
                };
            };
            responses: {
                /** @description The settlement, made before under the same Idempotency-Key */
                200: {
                    headers: {
                        "Idempotent-Replayed": "true";
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Settlement"];
                    };
                };
                /** @description The settlement */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Settlement"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{settlement_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a settlement */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    settlement_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The settlement */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Settlement"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/supply-commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List supply commands, those of the engine itself too */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    set_id?: string;
                    account_id?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of commands */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["SupplyCommand"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Cut or restore supply, of one account or a set */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SupplyCommandRequest"];
                };
            };
            responses: {
                /** @description The command, or those of the set with a verdict for each; Location tells where to see how far it came */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SupplyCommand"] | components["schemas"]["AcceptedSupplyCommands"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/supply-commands/{supply_command_id}:approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve a cut for critical need that another key asked for */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    supply_command_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description The command */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SupplyCommand"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/supply-commands/{supply_command_id}:reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reject a cut for critical need that another key asked for */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    supply_command_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description The command */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SupplyCommand"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/supply-commands/{supply_command_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a supply command came */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    supply_command_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The command */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SupplyCommand"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List webhook endpoints */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["WebhookEndpoint"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Make a webhook endpoint; its secret is shown in this answer only */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WebhookEndpointRequest"];
                };
            };
            responses: {
                /** @description The endpoint with its secret */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookEndpointWithSecret"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{webhook_endpoint_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a webhook endpoint */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    webhook_endpoint_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The endpoint */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookEndpoint"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Remove a webhook endpoint; what waits for it is given up */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    webhook_endpoint_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It is gone */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        /** Change a webhook endpoint; what is left out stays */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    webhook_endpoint_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WebhookEndpointChange"];
                };
            };
            responses: {
                /** @description The endpoint */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookEndpoint"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/webhook-endpoints/{webhook_endpoint_id}:rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give it a new secret; calls are signed with the old one, too, for a day */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    webhook_endpoint_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The endpoint with its new secret */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookEndpointWithSecret"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notification-preferences/{customer_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read how a customer wants to be told */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    customer_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The preferences */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NotificationPreferences"];
                    };
                };
            };
        };
        /** Set how a customer wants to be told; without channels they are told nothing */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    customer_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NotificationPreferencesRequest"];
                };
            };
            responses: {
                /** @description The preferences */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NotificationPreferences"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/notification-preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read how the account's customer wants to be told */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The preferences */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NotificationPreferences"];
                    };
                };
            };
        };
        /** Set how the account's customer wants to be told; without channels they are told nothing */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NotificationPreferencesRequest"];
                };
            };
            responses: {
                /** @description The preferences */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NotificationPreferences"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List notifications */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                    state?: "pending" | "sent" | "dead";
                    channel?: "webhook" | "email" | "sms";
                    account_id?: string;
                    customer_id?: string;
                    webhook_endpoint_id?: string;
                    notice_id?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Notification"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications/{notification_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of a notification */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    notification_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The notification */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Notification"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications/{notification_id}:replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a notification again that was given up or has gone out, under the same id */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    notification_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The notification, on its way again */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Notification"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List notices */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Notice"][];
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Write to the customers of an account, a unit set or a site */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NoticeRequest"];
                };
            };
            responses: {
                /** @description The notice */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Notice"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notices/{notice_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of a notice */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    notice_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The notice */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Notice"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notices/{notice_id}:cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a notice that has not begun to go out */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    notice_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The notice, cancelled */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Notice"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stream-tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A ticket for /v1/stream?ticket=…, good once and for seconds */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The ticket */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StreamTicket"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether this process is alive */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It is */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Health"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether readings are metered and vends are taken */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description They are; a part that is not needed for it may still be away */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Readiness"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures as Prometheus text */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The figures */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        MadeApiKey: components["schemas"]["ApiKey"] & {
            /** @description The secret; it is not shown again */
            key: string;
        };
        ApiKey: {
            /** Format: uuid */
            key_id: string;
            name: string;
            /** @description How the secret begins */
            prefix: string | null;
            /** @enum {string} */
            role: "operator" | "vendor" | "ops" | "auditor" | "customer" | "gateway";
            scopes: ("registry:read" | "registry:write" | "accounts:read" | "accounts:write" | "orders:read" | "vends:read" | "vends:write" | "supply:read" | "supply:write" | "supply:override" | "orders:approve" | "audit:read" | "consumption:read" | "reports:read" | "stream:read" | "keys:read" | "keys:write" | "portal:write" | "preferences:read" | "preferences:write")[];
            /** Format: uuid */
            customer_id: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            revoked_at: string | null;
            /**
             * Format: date-time
             * @description Until when the secret before the last rotation is good
             * @example 2026-03-01T09:30:00.000Z
             */
            previous_until: string | null;
            /**
             * Format: date-time
             * @description The hour in which it was last used with its secret
             * @example 2026-03-01T09:30:00.000Z
             */
            last_used_at: string | null;
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            /** @enum {string} */
            code: "malformed_json" | "invalid_request" | "unauthorized" | "forbidden" | "not_found" | "rate_limited" | "body_too_deep" | "key_unknown" | "key_ended" | "key_beyond_caller" | "method_not_allowed" | "body_too_large" | "unsupported_media_type" | "already_exists" | "site_unknown" | "unit_unknown" | "gateway_unknown" | "credentials_not_ours" | "account_unknown" | "meter_unknown" | "price_list_unknown" | "policy_unknown" | "calendar_unknown" | "order_unknown" | "transfer_unknown" | "assignment_unknown" | "target_unknown" | "customer_unknown" | "customer_group_unknown" | "tariff_class_unknown" | "unit_set_unknown" | "usage_point_unknown" | "agreement_unknown" | "reading_unknown" | "version_unknown" | "carbon_table_unknown" | "vend_unknown" | "vendor_unknown" | "terminal_unknown" | "shift_unknown" | "settlement_unknown" | "statement_unknown" | "plan_unknown" | "auto_top_up_unknown" | "webhook_endpoint_unknown" | "webhook_endpoints_full" | "notification_unknown" | "notification_pending" | "preferences_unknown" | "notice_unknown" | "notice_begun" | "import_unknown" | "import_interrupted" | "import_in_flight" | "supply_command_unknown" | "report_too_large" | "preview_busy" | "price_list_invalid" | "price_list_begun" | "price_list_order" | "price_list_mismatch" | "price_list_full" | "price_list_active" | "agreement_open" | "agreement_ended" | "calendar_invalid" | "policy_mismatch" | "directory_full" | "emergency_credit_not_selectable" | "emergency_credit_not_repaid" | "cut_forbidden_friendly_period" | "cut_forbidden_critical_need" | "cut_forbidden_no_notice" | "cut_forbidden_stale_data" | "not_reversible" | "mode_change_in_progress" | "no_mode_change" | "transfer_insufficient" | "price_list_basis" | "reading_outdated" | "register_invalid" | "pots_full" | "pot_expired" | "approval_needs_another_key" | "not_awaiting_approval" | "idempotency_key_missing" | "currency_mismatch" | "not_prepayment" | "topup_cap_exceeded" | "vend_below_minimum" | "vend_above_maximum" | "balance_limit_exceeded" | "money_limit_exceeded" | "command_refused" | "vendor_limit_reached" | "vendor_suspended" | "voucher_used" | "free_issue_over_limit" | "no_receipt" | "shift_open" | "shift_closed" | "vends_pending" | "nothing_to_settle" | "plan_ended" | "auto_top_up_ended" | "no_payment_provider" | "idempotency_key_reused" | "vend_in_progress" | "stream_busy" | "engine_unavailable" | "registry_unavailable" | "store_unavailable" | "internal";
            detail: string;
            customer_message: string;
            errors: {
                pointer?: string;
                parameter?: string;
                message: string;
            }[];
            retryable: boolean;
            trace_id: string;
        };
        ApiKeyRequest: {
            name: string;
            /** @enum {string} */
            role: "operator" | "vendor" | "ops" | "auditor";
            /**
             * @description None means all those of the role
             * @default []
             */
            scopes?: ("registry:read" | "registry:write" | "accounts:read" | "accounts:write" | "orders:read" | "vends:read" | "vends:write" | "supply:read" | "supply:write" | "supply:override" | "orders:approve" | "audit:read" | "consumption:read" | "reports:read" | "stream:read" | "keys:read" | "keys:write" | "portal:write" | "preferences:read" | "preferences:write")[];
            /** Format: date-time */
            expires_at?: string;
        };
        PortalToken: {
            token: string;
            /** Format: uuid */
            account_id: string;
            /**
             * Format: uuid
             * @description Who has the account now
             */
            customer_id: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            expires_at: string;
        };
        AccessToken: {
            access_token: string;
            /** @enum {string} */
            token_type: "Bearer";
            /** @description Seconds */
            expires_in: number;
            scope: string;
        };
        OauthError: {
            error: string;
            error_description: string;
        };
        JwkSet: {
            keys: {
                /** @enum {string} */
                kty: "OKP";
                /** @enum {string} */
                crv: "Ed25519";
                /** @enum {string} */
                alg: "EdDSA";
                /** @enum {string} */
                use: "sig";
                /** Format: uuid */
                kid: string;
                x: string;
            }[];
        };
        Operator: {
            /** Format: uuid */
            operator_id: string;
            name: string;
            /** @example 12.345678 */
            adjustment_limit: string;
            /** @example 12.345678 */
            transfer_limit: string;
            reversal_window_s: number;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
        };
        OperatorLimits: {
            /**
             * @description Adjustments and grants over it need another key's approval
             * @example 10.00
             */
            adjustment_limit?: string;
            /**
             * @description Transfers over it need another key's approval; 0: all of them
             * @example 10.00
             */
            transfer_limit?: string;
            reversal_window_s?: number;
            reason: string;
        };
        AuditEntry: {
            audit_id: number;
            /** @description The key's id, or the part that acted by itself */
            actor: string;
            /** @enum {string} */
            channel: "pos" | "app" | "api" | "auto" | "field";
            /** @example account.adjust */
            action: string;
            /** @example account/0e670a36-3882-47c0-a611-c785c7a99cf8 */
            object: string;
            reason: string | null;
            data?: unknown;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            at: string;
        };
        Site: {
            /** Format: uuid */
            site_id: string;
            name: string;
            reference: string | null;
            timezone: string;
            shard: number;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
        };
        SiteRequest: {
            name: string;
            /** @description The operator's own key, by which imports name it */
            reference?: string | null;
            /** @example Europe/Madrid */
            timezone: string;
        };
        Unit: {
            /** Format: uuid */
            unit_id: string;
            /** Format: uuid */
            site_id: string;
            name: string;
            reference: string | null;
            /** @enum {string} */
            use: "private" | "common" | "supply";
            cost_center: string | null;
            area_m2: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
        };
        UnitRequest: {
            /** Format: uuid */
            site_id: string;
            name: string;
            /** @description The operator's own key, by which imports name it */
            reference?: string | null;
            /**
             * @description common: shared by all; supply: where the site's own meters are; else private
             * @enum {string}
             */
            use?: "private" | "common" | "supply";
            /** @description Production line or department that reports group by */
            cost_center?: string | null;
            /** @example 72.50 */
            area_m2?: string | null;
        };
        NewGateway: components["schemas"]["Gateway"] & {
            /** @description Tags its frames; given this once */
            key: string;
            /** @description Credentials for NATS (a .creds file, mode 600), given this once; null where NATS is not signed for by this api */
            nats_credentials: string | null;
        };
        Gateway: {
            gateway: number;
            /** Format: uuid */
            site_id: string;
            name: string;
            shard: number;
            roster_version: number;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
        };
        GatewayRequest: {
            /** Format: uuid */
            site_id: string;
            name: string;
        };
        RekeyedGateway: components["schemas"]["Gateway"] & {
            /** @description Tags its frames; given this once */
            key: string;
        };
        GatewayCredentialsList: {
            items: components["schemas"]["GatewayCredentials"][];
        };
        GatewayCredentials: {
            public_key: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            issued_at: string;
            /**
             * Format: date-time
             * @description From when NATS refuses them
             * @example 2026-03-01T09:30:00.000Z
             */
            ends_at: string | null;
        };
        RotatedGatewayCredentials: {
            gateway: number;
            /** @description Credentials for NATS (a .creds file, mode 600), given this once; null where NATS is not signed for by this api */
            nats_credentials: string | null;
            /** @description Whether NATS knows of it; if not, it is told within a minute */
            in_force: boolean;
        };
        RevokedGatewayCredentials: {
            gateway: number;
            /** @description Whether NATS knows of it; if not, it is told within a minute */
            in_force: boolean;
        };
        Meter: {
            /** Format: uuid */
            meter_id: string;
            serial: string;
            /** @enum {string} */
            service: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
            gateway: number;
            /** Format: uuid */
            usage_point_id: string;
            /** @enum {string} */
            driver: "modbus" | "mbus" | "bacnet";
            device: string;
            link: {
                host: string;
                port: number;
                /** @enum {string} */
                framing?: "rtu";
            } | {
                serial: string;
                baud: number;
                /** @enum {string} */
                parity?: "none" | "even" | "odd";
                stop_bits?: 1 | 2;
            } | {
                caller: string;
            };
            address: string;
            encrypted: boolean;
            modulus_atoms: string;
            max_rate_atoms_per_hour: string;
            step_atoms: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            retired_at: string | null;
        };
        MeterRequest: {
            /** Format: uuid */
            unit_id: string;
            gateway: number;
            serial: string;
            /** @enum {string} */
            service: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
            /** @default main */
            usage_point?: string;
            /** @enum {string} */
            driver: "modbus" | "mbus" | "bacnet";
            /** @example eastron-sdm120 */
            device: string;
            link: {
                host: string;
                port: number;
                /** @enum {string} */
                framing?: "rtu";
            } | {
                serial: string;
                baud: number;
                /** @enum {string} */
                parity?: "none" | "even" | "odd";
                stop_bits?: 1 | 2;
            } | {
                caller: string;
            };
            address: string;
            key?: string;
            /** @default 0 */
            modulus_atoms?: string;
            /** @default 0 */
            max_rate_atoms_per_hour?: string;
            /** @default 1 */
            step_atoms?: string;
        };
        Import: {
            import_id: string;
            /** @enum {string} */
            format: "ndjson" | "csv";
            dry_run: boolean;
            /**
             * @description interrupted: send the same file again under the same id, and it goes on; also where nothing was heard of it for 30 s
             * @enum {string}
             */
            state: "running" | "interrupted" | "finished";
            /** @description Why it was interrupted */
            fault: string | null;
            /** @description Lines that are done, with those of earlier times */
            lines_read: number;
            lines_made: number;
            lines_unchanged: number;
            lines_refused: number;
            accounts_opened: number;
            /** @description Of all the operator's accounts, those that the engine has yet to open; counted up to 100000 */
            accounts_waiting: number;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            began_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            ended_at: string | null;
        };
        AccountOrder: {
            /** Format: uuid */
            order_id: string;
            /** Format: uuid */
            account_id: string;
            /** @enum {string} */
            op: "activate_emergency_credit" | "set_critical_need" | "set_debt" | "grant_credit" | "adjust" | "reverse_credit" | "set_payment_mode" | "cancel_mode_change" | "change_tenancy" | "exchange_meter" | "accept_reading" | "reject_reading";
            /** @enum {string} */
            state: "awaiting_approval" | "rejected" | "pending" | "applied" | "refused";
            request: {
                [key: string]: unknown;
            };
            reason: string | null;
            /** Format: uuid */
            requested_by: string;
            /** Format: uuid */
            decided_by: string | null;
            decision_reason: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            decided_at: string | null;
            vend_id: string | null;
            fault: string | null;
            amounts_in: string;
            /** @example 12.345678 */
            balance: string | null;
            parts: {
                [key: string]: string;
            } | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            requested_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            applied_at: string | null;
        };
        PublishedPriceList: components["schemas"]["PriceList"] & {
            version: components["schemas"]["PriceListVersion"];
        };
        PriceListVersion: {
            version: number;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            effective_from: string;
            price_list: {
                name: string;
            } & {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            published_at: string;
        };
        PriceList: {
            /** Format: uuid */
            price_list_id: string;
            name: string;
            /** @enum {string} */
            service: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
            /** @example EUR */
            currency: string;
            /** @enum {string} */
            basis: "consumption" | "purchase";
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
        };
        PriceListRequest: {
            /** @description The price list as JSON */
            price_list?: Record<string, never>;
            /**
             * Format: date-time
             * @description When it begins, on a whole second; now if left out
             */
            effective_from?: string;
        };
        PriceListDetail: components["schemas"]["PriceList"] & {
            versions: components["schemas"]["PriceListVersion"][];
        };
        PriceListPreview: {
            /** Format: uuid */
            price_list_id: string | null;
            version: number | null;
            name: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            /** @example EUR */
            currency: string;
            unit: string;
            totals: {
                present: components["schemas"]["PreviewSums"];
                proposed: components["schemas"]["PreviewSums"];
                /** @example 12.345678 */
                difference: string;
                accounts: number;
            };
            items: {
                /** Format: uuid */
                account_id: string;
                /** Format: uuid */
                unit_id: string;
                unit_name: string;
                present: components["schemas"]["PreviewSums"];
                proposed: components["schemas"]["PreviewSums"];
                /** @example 12.345678 */
                difference: string;
            }[];
            left_out: {
                other_service: number;
                holds_quantity: number;
                not_rateable: number;
            };
            notes: string[];
        };
        PreviewSums: {
            quantity: string;
            /** @example 12.345678 */
            consumption: string;
            /** @example 12.345678 */
            charges: string;
            /** @example 12.345678 */
            total: string;
        };
        PriceListPreviewRequest: {
            /** @description The price list as JSON, or give price_list_id */
            price_list?: Record<string, never>;
            /** Format: uuid */
            price_list_id?: string;
            /** @description Of price_list_id; its last one unless given. Rates the whole time */
            version?: number;
            account_ids?: string[];
            /** Format: uuid */
            unit_id?: string;
            /** Format: uuid */
            unit_set_id?: string;
            /** Format: uuid */
            customer_id?: string;
            /** Format: uuid */
            customer_group_id?: string;
            /** Format: uuid */
            site_id?: string;
            /** Format: date-time */
            from?: string;
            /** Format: date-time */
            to?: string;
        };
        Calendar: {
            /** Format: uuid */
            calendar_id: string;
            name: string;
            version: number;
            calendar: {
                name: string;
                timezone: string;
            } & {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
        };
        CalendarRequest: {
            /** @description The calendar as JSON */
            calendar?: Record<string, never>;
        };
        SupplyPolicy: {
            /** Format: uuid */
            supply_policy_id: string;
            version: number;
            name: string;
            /** @example EUR */
            currency: string;
            /** @enum {string|null} */
            unit: "kWh" | "m³" | "h" | "count" | null;
            low_credit_thresholds: string[];
            low_credit_severities: ("info" | "warning" | "critical")[];
            /** @example 12.345678 */
            hysteresis: string;
            cool_off_s: number;
            /** @example 12.345678 */
            exceeding: string | null;
            days_left_warning: number;
            /** @example 12.345678 */
            disablement_threshold: string;
            /** @example 12.345678 */
            clearance: string;
            /** @example 12.345678 */
            max_balance: string;
            automatic_cut: boolean;
            stale_after_s: number;
            charge_estimates: boolean;
            emergency_credit: {
                /** @example 12.345678 */
                limit: string;
                /** @example 12.345678 */
                threshold: string;
                auto_invoke: boolean;
            } | null;
            notice: {
                lead_s: number;
                /** @example 12.345678 */
                threshold: string;
            } | null;
            limit: {
                /** @example 12.345678 */
                threshold: string;
                flow: {
                    value: string;
                    unit: string;
                };
            } | null;
            trickle: {
                /** @example 12.345678 */
                threshold: string;
                flow: {
                    value: string;
                    unit: string;
                };
            } | null;
            essential_flow: {
                value: string;
                unit: string;
            } | null;
            daily_allowance: {
                quantity: {
                    value: string;
                    unit: string;
                };
                stack_days: number;
                day_start: string;
            } | null;
            load_limit: {
                flow: {
                    value: string;
                    unit: string;
                };
                period_s: number;
                restoration_s: number;
            } | null;
            friendly_period: {
                /** Format: uuid */
                calendar_id: string;
                jitter_s: number;
                warning_s: number;
            } | null;
            cut_window: {
                /** Format: uuid */
                calendar_id: string;
            } | null;
            ready_for_reconnection: boolean;
            restore_deadline_s: number;
            /** @enum {string} */
            waterfall: "standard" | "debt_first" | "share";
            restore_threshold_first: boolean;
            arrears_share: string;
            topup: {
                /** @example 12.345678 */
                min: string | null;
                /** @example 12.345678 */
                max: string | null;
                /** @example 12.345678 */
                cap: string | null;
                /** @enum {string|null} */
                cap_every: "day" | "week" | "month" | null;
            };
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
        };
        SupplyPolicyRequest: {
            /**
             * @example [
             *       "5.00",
             *       "2.00"
             *     ]
             */
            low_credit_thresholds: string[];
            low_credit_severities?: ("info" | "warning" | "critical")[];
            /**
             * @default 0
             * @example 10.00
             */
            hysteresis?: string;
            cool_off_s?: number;
            /** @example 10.00 */
            exceeding?: string;
            days_left_warning?: number;
            /**
             * @default 0
             * @example 10.00
             */
            disablement_threshold?: string;
            /**
             * @default 0
             * @example 10.00
             */
            clearance?: string;
            /** @example 1000.00 */
            max_balance: string;
            /** @default true */
            automatic_cut?: boolean;
            /**
             * @description No automatic cut when the last reading is older; 0: never stale
             * @default 86400
             */
            stale_after_s?: number;
            charge_estimates?: boolean;
            emergency_credit?: {
                /** @example 10.00 */
                limit: string;
                /**
                 * @default 0
                 * @example 10.00
                 */
                threshold?: string;
                /** @default false */
                auto_invoke?: boolean;
            };
            notice?: {
                lead_s: number;
                /** @example 10.00 */
                threshold: string;
            };
            limit?: {
                /** @example 10.00 */
                threshold: string;
                /**
                 * @example {
                 *       "value": "500",
                 *       "unit": "W"
                 *     }
                 */
                flow: {
                    value: string;
                    /** @enum {string} */
                    unit: "W" | "kW" | "MW" | "mL/h" | "L/h" | "m³/h";
                };
            };
            trickle?: {
                /** @example 10.00 */
                threshold: string;
                /**
                 * @example {
                 *       "value": "500",
                 *       "unit": "W"
                 *     }
                 */
                flow: {
                    value: string;
                    /** @enum {string} */
                    unit: "W" | "kW" | "MW" | "mL/h" | "L/h" | "m³/h";
                };
            };
            /**
             * @example {
             *       "value": "500",
             *       "unit": "W"
             *     }
             */
            essential_flow?: {
                value: string;
                /** @enum {string} */
                unit: "W" | "kW" | "MW" | "mL/h" | "L/h" | "m³/h";
            };
            daily_allowance?: {
                /**
                 * @example {
                 *       "value": "2",
                 *       "unit": "kWh"
                 *     }
                 */
                quantity: {
                    value: string;
                    /** @enum {string} */
                    unit: "Wh" | "kWh" | "MWh" | "mL" | "L" | "m³" | "s" | "min" | "h" | "count";
                };
                /** @default 1 */
                stack_days?: number;
                /** @default 06:00 */
                day_start?: string;
            };
            load_limit?: {
                /**
                 * @example {
                 *       "value": "500",
                 *       "unit": "W"
                 *     }
                 */
                flow: {
                    value: string;
                    /** @enum {string} */
                    unit: "W" | "kW" | "MW" | "mL/h" | "L/h" | "m³/h";
                };
                period_s: number;
                restoration_s: number;
            };
            friendly_period?: {
                /** Format: uuid */
                calendar_id: string;
                /** @default 0 */
                jitter_s?: number;
                /** @default 0 */
                warning_s?: number;
            };
            cut_window?: {
                /** Format: uuid */
                calendar_id: string;
            };
            ready_for_reconnection?: boolean;
            restore_deadline_s?: number;
            /** @enum {string} */
            waterfall?: "standard" | "debt_first" | "share";
            restore_threshold_first?: boolean;
            /** @example 0.25 */
            arrears_share?: string;
            topup?: {
                /** @example 10.00 */
                min?: string;
                /** @example 10.00 */
                max?: string;
                /** @example 10.00 */
                cap?: string;
                /** @enum {string} */
                cap_every?: "day" | "week" | "month";
            };
            name: string;
            /** @example EUR */
            currency: string;
            /**
             * @description For accounts that hold quantity (R34): balances, thresholds and emergency credit are in it; bounds of payments stay money
             * @enum {string}
             */
            unit?: "kWh" | "m³" | "h" | "count";
        };
        SupplyPolicyTerms: {
            /**
             * @example [
             *       "5.00",
             *       "2.00"
             *     ]
             */
            low_credit_thresholds: string[];
            low_credit_severities?: ("info" | "warning" | "critical")[];
            /**
             * @default 0
             * @example 10.00
             */
            hysteresis?: string;
            cool_off_s?: number;
            /** @example 10.00 */
            exceeding?: string;
            days_left_warning?: number;
            /**
             * @default 0
             * @example 10.00
             */
            disablement_threshold?: string;
            /**
             * @default 0
             * @example 10.00
             */
            clearance?: string;
            /** @example 1000.00 */
            max_balance: string;
            /** @default true */
            automatic_cut?: boolean;
            /**
             * @description No automatic cut when the last reading is older; 0: never stale
             * @default 86400
             */
            stale_after_s?: number;
            charge_estimates?: boolean;
            emergency_credit?: {
                /** @example 10.00 */
                limit: string;
                /**
                 * @default 0
                 * @example 10.00
                 */
                threshold?: string;
                /** @default false */
                auto_invoke?: boolean;
            };
            notice?: {
                lead_s: number;
                /** @example 10.00 */
                threshold: string;
            };
            limit?: {
                /** @example 10.00 */
                threshold: string;
                /**
                 * @example {
                 *       "value": "500",
                 *       "unit": "W"
                 *     }
                 */
                flow: {
                    value: string;
                    /** @enum {string} */
                    unit: "W" | "kW" | "MW" | "mL/h" | "L/h" | "m³/h";
                };
            };
            trickle?: {
                /** @example 10.00 */
                threshold: string;
                /**
                 * @example {
                 *       "value": "500",
                 *       "unit": "W"
                 *     }
                 */
                flow: {
                    value: string;
                    /** @enum {string} */
                    unit: "W" | "kW" | "MW" | "mL/h" | "L/h" | "m³/h";
                };
            };
            /**
             * @example {
             *       "value": "500",
             *       "unit": "W"
             *     }
             */
            essential_flow?: {
                value: string;
                /** @enum {string} */
                unit: "W" | "kW" | "MW" | "mL/h" | "L/h" | "m³/h";
            };
            daily_allowance?: {
                /**
                 * @example {
                 *       "value": "2",
                 *       "unit": "kWh"
                 *     }
                 */
                quantity: {
                    value: string;
                    /** @enum {string} */
                    unit: "Wh" | "kWh" | "MWh" | "mL" | "L" | "m³" | "s" | "min" | "h" | "count";
                };
                /** @default 1 */
                stack_days?: number;
                /** @default 06:00 */
                day_start?: string;
            };
            load_limit?: {
                /**
                 * @example {
                 *       "value": "500",
                 *       "unit": "W"
                 *     }
                 */
                flow: {
                    value: string;
                    /** @enum {string} */
                    unit: "W" | "kW" | "MW" | "mL/h" | "L/h" | "m³/h";
                };
                period_s: number;
                restoration_s: number;
            };
            friendly_period?: {
                /** Format: uuid */
                calendar_id: string;
                /** @default 0 */
                jitter_s?: number;
                /** @default 0 */
                warning_s?: number;
            };
            cut_window?: {
                /** Format: uuid */
                calendar_id: string;
            };
            ready_for_reconnection?: boolean;
            restore_deadline_s?: number;
            /** @enum {string} */
            waterfall?: "standard" | "debt_first" | "share";
            restore_threshold_first?: boolean;
            /** @example 0.25 */
            arrears_share?: string;
            topup?: {
                /** @example 10.00 */
                min?: string;
                /** @example 10.00 */
                max?: string;
                /** @example 10.00 */
                cap?: string;
                /** @enum {string} */
                cap_every?: "day" | "week" | "month";
            };
        };
        Named: {
            /** Format: uuid */
            id: string;
            name: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
        };
        NameRequest: {
            name: string;
        };
        UnitSet: {
            /** Format: uuid */
            id: string;
            name: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
            unit_ids: string[];
        };
        Customer: {
            /** Format: uuid */
            customer_id: string;
            name: string;
            reference: string | null;
            /** Format: uuid */
            customer_group_id: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
        };
        UsagePoint: {
            /** Format: uuid */
            usage_point_id: string;
            /** Format: uuid */
            unit_id: string;
            /** @enum {string} */
            service: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
            name: string;
            /** Format: uuid */
            tariff_class_id: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
        };
        Assignment: {
            /** Format: uuid */
            assignment_id: string;
            /** Format: uuid */
            price_list_id: string | null;
            /** Format: uuid */
            supply_policy_id: string | null;
            /** @enum {string} */
            level: "account" | "unit" | "unit_set" | "customer" | "customer_group" | "tariff_class" | "site" | "operator";
            /** Format: uuid */
            target_id: string | null;
            /** @enum {string|null} */
            service: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee" | null;
            currency: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            effective_from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            ended_from: string | null;
            reason: string | null;
            /** @description How many accounts it names now; told when it is made or ended */
            accounts: number | null;
        };
        PriceListAssignmentRequest: {
            /** Format: uuid */
            price_list_id: string;
            /** @enum {string} */
            level: "account" | "unit" | "unit_set" | "customer" | "customer_group" | "tariff_class" | "site" | "operator";
            /** Format: uuid */
            target_id?: string;
            /** Format: date-time */
            effective_from?: string;
            reason?: string;
        };
        SupplyPolicyAssignmentRequest: {
            /** Format: uuid */
            supply_policy_id: string;
            /**
             * @description Accounts of this service only; needed where the policy names flows or quantities
             * @enum {string}
             */
            service?: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
            /** @enum {string} */
            level: "account" | "unit" | "unit_set" | "customer" | "customer_group" | "tariff_class" | "site" | "operator";
            /** Format: uuid */
            target_id?: string;
            /** Format: date-time */
            effective_from?: string;
            reason?: string;
        };
        Agreement: {
            /** Format: uuid */
            agreement_id: string;
            /** Format: uuid */
            customer_id: string;
            /** Format: uuid */
            usage_point_id: string;
            /** @enum {string} */
            role: "tenant" | "owner";
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
        };
        FinalSettlement: {
            settlement_number: number;
            /** Format: uuid */
            account_id: string;
            /** Format: uuid */
            agreement_id: string;
            customer: {
                /** Format: uuid */
                customer_id: string;
                name: string;
                reference: string | null;
            };
            /** @enum {string} */
            role: "tenant" | "owner";
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            /** @enum {string} */
            service: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
            meter_serial: string | null;
            closing: {
                register: string;
                unit: string;
                /**
                 * Format: date-time
                 * @example 2026-03-01T09:30:00.000Z
                 */
                at: string;
            } | null;
            currency: string;
            holds: string;
            balance_in: string;
            /** @example 12.345678 */
            balance: string;
            /** @example 12.345678 */
            emergency_credit_owed: string;
            debts: {
                [key: string]: string;
            };
            /** @example 12.345678 */
            restricted_credit_lost: string;
            /**
             * @description Above 0: to be paid out to the customer; under 0: still owed by them
             * @example 12.345678
             */
            final_amount: string;
            /** @example 12.345678 */
            final_quantity: string | null;
            reason: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            settled_at: string;
        };
        QuarantinedReading: {
            /** Format: uuid */
            quarantined_reading_id: string;
            /** Format: uuid */
            account_id: string;
            /** @enum {string} */
            service: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
            /** @example backwards */
            verdict: string;
            /**
             * Format: date-time
             * @description When the engine got it, by its clock
             * @example 2026-03-01T09:30:00.000Z
             */
            received_at: string;
            register: string;
            unit: string;
            /** @enum {string} */
            state: "open" | "accepted" | "rejected" | "cleared";
            /** Format: uuid */
            order_id: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            ended_at: string | null;
        };
        Account: {
            /** Format: uuid */
            account_id: string;
            /** Format: uuid */
            unit_id: string;
            unit: string;
            /** Format: uuid */
            site_id: string;
            site: string;
            /** @enum {string} */
            service: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
            meter_serial: string | null;
            gateway: number;
            /** @example EUR */
            currency: string;
            /** @enum {string} */
            holds: "money" | "quantity";
            /** @description The currency, or the unit of what is held */
            balance_in: string;
            /** @enum {string} */
            payment_mode: "prepayment" | "credit";
            /** Format: uuid */
            price_list_id: string;
            /** Format: uuid */
            supply_policy_id: string;
            /** @description What reports group by: the account's own, else its unit's */
            cost_center: string | null;
            /** @example 12.345678 */
            balance: string | null;
            /** @enum {string|null} */
            supply_state: "unknown" | "connected" | "disconnected" | "limited" | "ready_for_reconnection" | null;
            /** @enum {string|null} */
            credit_status: "ok" | "low" | "exhausted" | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            opened_at: string;
        };
        OpenAccountRequest: {
            /** Format: uuid */
            meter_id: string;
            /**
             * Format: uuid
             * @description What is assigned to its place (R37) if left out
             */
            price_list_id?: string;
            /**
             * Format: uuid
             * @description What is assigned to its place (R37) if left out
             */
            supply_policy_id?: string;
            /**
             * @default prepayment
             * @enum {string}
             */
            payment_mode?: "prepayment" | "credit";
        };
        Balance: {
            /** Format: uuid */
            account_id: string;
            /** @example EUR */
            currency: string;
            /** @enum {string} */
            holds: "money" | "quantity";
            /** @description What all but debts is in: the currency, or the unit of what is held */
            balance_in: string;
            /** @example 12.345678 */
            balance: string;
            /** @example 12.345678 */
            available_credit: string;
            emergency_credit: {
                /** @enum {string} */
                status: "disabled" | "enabled" | "selectable" | "invoked" | "in_use" | "consumed";
                /** @example 12.345678 */
                limit: string;
                /** @example 12.345678 */
                used: string;
            };
            debts: {
                /** @example 12.345678 */
                accumulated: string;
                /** @example 12.345678 */
                payment: string;
                /** @example 12.345678 */
                time_1: string;
                /** @example 12.345678 */
                time_2: string;
            };
            restricted_credit: {
                /** @example 12.345678 */
                amount: string;
                /**
                 * Format: date-time
                 * @example 2026-03-01T09:30:00.000Z
                 */
                expires_at: string;
            }[];
            /** @example 12.345678 */
            reserved: string;
            /** @example 12.345678 */
            bought_in_cycle: string | null;
            mode_change: {
                /** @enum {string} */
                payment_mode: "prepayment" | "credit";
                /**
                 * Format: date-time
                 * @example 2026-03-01T09:30:00.000Z
                 */
                at: string;
            } | null;
            critical_need: boolean;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            notice_at: string | null;
            /** @enum {string} */
            supply_state: "unknown" | "connected" | "disconnected" | "limited" | "ready_for_reconnection";
            /** @enum {string} */
            supply_wanted: "connected" | "disconnected" | "limited" | "ready_for_reconnection";
            /** @enum {string} */
            credit_status: "ok" | "low" | "exhausted";
            low_credit: boolean;
            low_credit_level: number;
            days_left: number | null;
            quarantined: boolean;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            as_of: string;
            last_reading: {
                /**
                 * Format: date-time
                 * @example 2026-03-01T09:30:00.000Z
                 */
                at: string;
                register: string;
                unit: string;
            } | null;
        };
        Effective: {
            /** Format: uuid */
            account_id: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            as_of: string;
            price_list: {
                /** Format: uuid */
                id: string;
                name: string;
                because: {
                    /**
                     * @description `opening`: nothing is assigned, so it is what the account was opened with
                     * @enum {string}
                     */
                    level: "account" | "unit" | "unit_set" | "customer" | "customer_group" | "tariff_class" | "site" | "operator" | "opening";
                    /** Format: uuid */
                    target_id: string | null;
                    /** Format: uuid */
                    assignment_id: string | null;
                    /**
                     * Format: date-time
                     * @example 2026-03-01T09:30:00.000Z
                     */
                    effective_from: string | null;
                };
                told: boolean;
                next: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                    because: {
                        /**
                         * @description `opening`: nothing is assigned, so it is what the account was opened with
                         * @enum {string}
                         */
                        level: "account" | "unit" | "unit_set" | "customer" | "customer_group" | "tariff_class" | "site" | "operator" | "opening";
                        /** Format: uuid */
                        target_id: string | null;
                        /** Format: uuid */
                        assignment_id: string | null;
                        /**
                         * Format: date-time
                         * @example 2026-03-01T09:30:00.000Z
                         */
                        effective_from: string | null;
                    };
                    /**
                     * Format: date-time
                     * @example 2026-03-01T09:30:00.000Z
                     */
                    at: string;
                } | null;
                overruled: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                    because: {
                        /**
                         * @description `opening`: nothing is assigned, so it is what the account was opened with
                         * @enum {string}
                         */
                        level: "account" | "unit" | "unit_set" | "customer" | "customer_group" | "tariff_class" | "site" | "operator" | "opening";
                        /** Format: uuid */
                        target_id: string | null;
                        /** Format: uuid */
                        assignment_id: string | null;
                        /**
                         * Format: date-time
                         * @example 2026-03-01T09:30:00.000Z
                         */
                        effective_from: string | null;
                    };
                }[];
            };
            supply_policy: {
                /** Format: uuid */
                id: string;
                name: string;
                because: {
                    /**
                     * @description `opening`: nothing is assigned, so it is what the account was opened with
                     * @enum {string}
                     */
                    level: "account" | "unit" | "unit_set" | "customer" | "customer_group" | "tariff_class" | "site" | "operator" | "opening";
                    /** Format: uuid */
                    target_id: string | null;
                    /** Format: uuid */
                    assignment_id: string | null;
                    /**
                     * Format: date-time
                     * @example 2026-03-01T09:30:00.000Z
                     */
                    effective_from: string | null;
                };
                told: boolean;
                next: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                    because: {
                        /**
                         * @description `opening`: nothing is assigned, so it is what the account was opened with
                         * @enum {string}
                         */
                        level: "account" | "unit" | "unit_set" | "customer" | "customer_group" | "tariff_class" | "site" | "operator" | "opening";
                        /** Format: uuid */
                        target_id: string | null;
                        /** Format: uuid */
                        assignment_id: string | null;
                        /**
                         * Format: date-time
                         * @example 2026-03-01T09:30:00.000Z
                         */
                        effective_from: string | null;
                    };
                    /**
                     * Format: date-time
                     * @example 2026-03-01T09:30:00.000Z
                     */
                    at: string;
                } | null;
                overruled: {
                    /** Format: uuid */
                    id: string;
                    name: string;
                    because: {
                        /**
                         * @description `opening`: nothing is assigned, so it is what the account was opened with
                         * @enum {string}
                         */
                        level: "account" | "unit" | "unit_set" | "customer" | "customer_group" | "tariff_class" | "site" | "operator" | "opening";
                        /** Format: uuid */
                        target_id: string | null;
                        /** Format: uuid */
                        assignment_id: string | null;
                        /**
                         * Format: date-time
                         * @example 2026-03-01T09:30:00.000Z
                         */
                        effective_from: string | null;
                    };
                }[];
            };
        };
        DebtRequest: {
            /**
             * @description Takes the place of what was owed of this debt
             * @example 10.00
             */
            owed: string;
            /**
             * @description Of a time debt: taken so often
             * @example 10.00
             */
            rate?: string;
            /** @enum {string} */
            every?: "day" | "week" | "month";
            collect?: {
                /** @default false */
                disconnected?: boolean;
                /** @default true */
                limited?: boolean;
                /** @default true */
                friendly?: boolean;
            };
            /**
             * @description Of the payment debt: of each payment
             * @example 0.25
             */
            share?: string;
            /** @example 10.00 */
            weekly_cap?: string;
            reason: string;
        };
        Debts: {
            /** Format: uuid */
            account_id: string;
            /** @example EUR */
            currency: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            as_of: string;
            items: {
                /** @enum {string} */
                debt: "time_debt_1" | "time_debt_2" | "payment_debt" | "accumulated_debt";
                /** @example 12.345678 */
                owed: string;
                terms: {
                    /** Format: uuid */
                    order_id: string;
                    /** @example 12.345678 */
                    owed_then: string;
                    /** @example 12.345678 */
                    rate: string | null;
                    /** @enum {string|null} */
                    every: "day" | "week" | "month" | null;
                    collect: {
                        /** @default false */
                        disconnected?: boolean;
                        /** @default true */
                        limited?: boolean;
                        /** @default true */
                        friendly?: boolean;
                    } | null;
                    share: string | null;
                    /** @example 12.345678 */
                    weekly_cap: string | null;
                    reason: string | null;
                    /**
                     * Format: date-time
                     * @example 2026-03-01T09:30:00.000Z
                     */
                    set_at: string;
                } | null;
            }[];
        };
        InstalmentPlanRequest: {
            /** Format: uuid */
            account_id: string;
            /** @enum {string} */
            debt: "payment_debt";
            /**
             * @description Takes the place of what was owed of this debt
             * @example 120.00
             */
            total: string;
            /**
             * @description Of each payment
             * @example 0.25
             */
            share: string;
            /** @example 10.00 */
            weekly_cap?: string;
            reason: string;
        } | {
            /** Format: uuid */
            account_id: string;
            /** @enum {string} */
            debt: "time_debt_1" | "time_debt_2";
            /**
             * @description Takes the place of what was owed of this debt
             * @example 120.00
             */
            total: string;
            instalments: number;
            /** @enum {string} */
            every: "day" | "week" | "month";
            collect?: {
                /** @default false */
                disconnected?: boolean;
                /** @default true */
                limited?: boolean;
                /** @default true */
                friendly?: boolean;
            };
            reason: string;
        };
        InstalmentPlan: {
            /** Format: uuid */
            plan_id: string;
            /** Format: uuid */
            account_id: string;
            /** @enum {string} */
            debt: "payment_debt" | "time_debt_1" | "time_debt_2";
            /** @enum {string} */
            state: "pending" | "active" | "refused" | "replaced" | "written_off";
            /** @example 12.345678 */
            total: string;
            share: string | null;
            /** @example 12.345678 */
            weekly_cap: string | null;
            instalments: number | null;
            /**
             * @description Each; the last one is what is left
             * @example 12.345678
             */
            instalment: string | null;
            /** @enum {string|null} */
            every: "day" | "week" | "month" | null;
            /**
             * @description Of the debt now, of a plan in force; null while the engine does not answer
             * @example 12.345678
             */
            owed: string | null;
            /** Format: uuid */
            order_id: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            ended_at: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
        };
        AutoTopUp: {
            /** Format: uuid */
            auto_top_up_id: string;
            /** Format: uuid */
            account_id: string;
            /** @example EUR */
            currency: string;
            /** @example 12.345678 */
            threshold: string;
            /** @example 12.345678 */
            target: string;
            /** @example 12.345678 */
            monthly_cap: string;
            method: string;
            /** @enum {string} */
            state: "active" | "stopped" | "ended";
            /** @description Why it was stopped */
            fault: string | null;
            last_payment: components["schemas"]["Payment"];
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
        };
        Payment: {
            /** Format: uuid */
            payment_id: string;
            /** Format: uuid */
            account_id: string;
            /** @example 12.345678 */
            amount: string;
            /** @example EUR */
            currency: string;
            /** @enum {string} */
            state: "requested" | "paid" | "credited" | "failed" | "refund_due";
            provider_reference: string | null;
            vend_id: string | null;
            fault: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            requested_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            ended_at: string | null;
        } | null;
        AutoTopUpRequest: {
            /** Format: uuid */
            account_id: string;
            /**
             * @description Due when the balance is at or under it
             * @example 5.00
             */
            threshold: string;
            /**
             * @description Paid up to it, in whole cents
             * @example 25.00
             */
            target: string;
            /**
             * @description Most in a calendar month of the site's time zone
             * @example 100.00
             */
            monthly_cap: string;
            /**
             * @description The token by which the payment provider knows whom to charge
             * @example pm_4f1c
             */
            method: string;
        };
        PaymentNotice: {
            payment_id: string;
        } & {
            [key: string]: unknown;
        };
        PaymentStatement: {
            /** Format: uuid */
            statement_id: string;
            source: string;
            reference: string;
            /** @example EUR */
            currency: string;
            matched: number;
            amount_differs: number;
            unmatched: number;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            imported_at: string;
        };
        PaymentStatementRequest: {
            /** @example Banco de Levante */
            source: string;
            /** @example 2026-11-21 */
            reference: string;
            /** @example EUR */
            currency: string;
            lines: {
                /** Format: date-time */
                at: string;
                /**
                 * @description Above 0: came in; under 0: went out
                 * @example 10.00
                 */
                amount: string;
                reference: string;
            }[];
        };
        StatementLine: {
            /** Format: uuid */
            statement_id: string;
            line: number;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            at: string;
            /** @example 12.345678 */
            amount: string;
            reference: string;
            /** @enum {string} */
            state: "matched" | "amount_differs" | "unmatched";
            vend_id: string | null;
            movement_id: number | null;
            /** Format: uuid */
            payment_id: string | null;
        };
        PaymentReconciliation: {
            /** @example EUR */
            currency: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            /** @description Of statements, that no record was matched with */
            lines: components["schemas"]["StatementLine"][];
            /** @description Of ours, that no line was matched with */
            records: {
                /** @enum {string} */
                kind: "vend" | "movement" | "payment";
                id: string;
                /**
                 * Format: date-time
                 * @example 2026-03-01T09:30:00.000Z
                 */
                at: string;
                /** @example 12.345678 */
                amount: string;
                reference: string;
            }[];
            /** @description False where a side has over 1000: ask for less time */
            complete: boolean;
        };
        CreditTransfer: {
            /** Format: uuid */
            credit_transfer_id: string;
            /** Format: uuid */
            from_account_id: string;
            /** Format: uuid */
            to_account_id: string;
            /** @example 12.345678 */
            amount: string;
            amount_in: string;
            convert: boolean;
            /** @enum {string} */
            state: "reserving" | "awaiting_approval" | "posting" | "posted" | "releasing" | "rejected" | "refused";
            fault: string | null;
            reason: string;
            /** Format: uuid */
            requested_by: string;
            /** Format: uuid */
            decided_by: string | null;
            decision_reason: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            requested_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            decided_at: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            ended_at: string | null;
        };
        CreditTransferRequest: {
            /** Format: uuid */
            from_account_id: string;
            /** Format: uuid */
            to_account_id: string;
            /**
             * @description In what the giver holds: its currency or unit
             * @example 5.00
             */
            amount: string;
            /** @description By the price lists of both: needed where one holds money and the other quantity, or they hold quantities of two services */
            convert?: boolean;
            reason: string;
        };
        Consumption: {
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            /** @enum {string} */
            every: "hour" | "day";
            timezone: string;
            items: {
                /** Format: uuid */
                account_id: string;
                /** @enum {string} */
                service: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
                /**
                 * Format: date-time
                 * @example 2026-03-01T09:30:00.000Z
                 */
                from: string;
                /**
                 * Format: date-time
                 * @example 2026-03-01T09:30:00.000Z
                 */
                to: string;
                quantity: string;
                unit: string;
                /** @example 12.345678 */
                cost: string;
                /** @example 12.345678 */
                charges: string;
                /** @example EUR */
                currency: string;
            }[];
        };
        ConsumptionReport: {
            /** @enum {string} */
            report: "consumption";
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            notes: string[];
            items: {
                /** @description The group's id; null where it has none */
                group_id: string | null;
                /** @description The group's name */
                group: string;
                /** @description The service */
                service: string;
                /**
                 * Format: date-time
                 * @description Begin of the interval
                 * @example 2026-03-01T09:30:00.000Z
                 */
                from: string;
                /**
                 * Format: date-time
                 * @description End of the interval, not in it
                 * @example 2026-03-01T09:30:00.000Z
                 */
                to: string;
                /** @description Whose clock the interval is of */
                timezone: string;
                /** @description In `unit` */
                quantity: string;
                /** @description The unit of quantities */
                unit: string;
                /** @description The same in whole atoms (Wh, mL, s, count) */
                quantity_atoms: string;
                /**
                 * @description What consumption cost, with taxes
                 * @example 12.345678
                 */
                cost: string;
                /**
                 * @description Charges by time, with taxes
                 * @example 12.345678
                 */
                charges: string;
                /**
                 * @description Cost and charges
                 * @example 12.345678
                 */
                total: string;
                /** @description The currency of all money of the row */
                currency: string;
            }[];
        };
        LoadCurveReport: {
            /** @enum {string} */
            report: "load-curve";
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            notes: string[];
            items: {
                /** @description The group's id; null where it has none */
                group_id: string | null;
                /** @description The group's name */
                group: string;
                /** @description The service */
                service: string;
                /**
                 * Format: date-time
                 * @description Begin of the interval
                 * @example 2026-03-01T09:30:00.000Z
                 */
                from: string;
                /**
                 * Format: date-time
                 * @description End of the interval, not in it
                 * @example 2026-03-01T09:30:00.000Z
                 */
                to: string;
                /** @description Mean load in the window, in `load_unit` */
                load: string;
                /** @description kW, m³/h, h/h or count/h */
                load_unit: string;
                /** @description In `unit` */
                quantity: string;
                /** @description The unit of quantities */
                unit: string;
                /** @description The same in whole atoms (Wh, mL, s, count) */
                quantity_atoms: string;
            }[];
        };
        MaximumDemandReport: {
            /** @enum {string} */
            report: "maximum-demand";
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            notes: string[];
            items: {
                /** @description The group's id; null where it has none */
                group_id: string | null;
                /** @description The group's name */
                group: string;
                /** @description The service */
                service: string;
                /**
                 * Format: date-time
                 * @description Begin of the interval
                 * @example 2026-03-01T09:30:00.000Z
                 */
                from: string;
                /**
                 * Format: date-time
                 * @description End of the interval, not in it
                 * @example 2026-03-01T09:30:00.000Z
                 */
                to: string;
                /** @description Whose clock the interval is of */
                timezone: string;
                /** @description Highest mean load of a window, in `load_unit` */
                max_demand: string;
                /** @description kW, m³/h, h/h or count/h */
                load_unit: string;
                /**
                 * Format: date-time
                 * @description Begin of the first window that had it
                 * @example 2026-03-01T09:30:00.000Z
                 */
                max_at: string;
                /** @description Mean load of the whole interval, rounded down */
                mean_load: string;
                /** @description Mean load over maximum demand, rounded down to six places */
                load_factor: string;
                /** @description In `unit` */
                quantity: string;
                /** @description The unit of quantities */
                unit: string;
                /** @description The same in whole atoms (Wh, mL, s, count) */
                quantity_atoms: string;
            }[];
        };
        StatementLinesReport: {
            /** @enum {string} */
            report: "statement-lines";
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            notes: string[];
            items: {
                /** @description The account */
                account_id: string;
                /** @description The site's name */
                site: string;
                /** @description The unit's name: flat, shop or workshop */
                unit_name: string;
                /** @description The service */
                service: string;
                /** @description The price list's name */
                price_list: string;
                /**
                 * Format: date-time
                 * @description When the version of the price list begins
                 * @example 2026-03-01T09:30:00.000Z
                 */
                version_from: string;
                /** @description consumption, charge, demand (R38) or debt (what repaid a time debt) */
                line: string;
                /** @description The period of the day, of consumption */
                period: string | null;
                /** @description The block, from 0, of consumption */
                block: number | null;
                /** @description From how much on in a cycle the block holds */
                block_from: string | null;
                /** @description The charge's name */
                charge: string | null;
                /** @description In `unit`, of consumption */
                quantity: string | null;
                /** @description The same in whole atoms */
                quantity_atoms: string | null;
                /** @description The unit of quantities and prices */
                unit: string;
                /** @description For a unit, or for an entry of a charge, before taxes */
                price: string | null;
                /** @description How often the charge fell due */
                entries: number | null;
                /** @description Whether it went to the accumulated debt instead of the balance (R36) */
                to_debt: boolean;
                /** @description All taxes together: 0.21 is 21 % */
                tax_rate: string;
                /**
                 * @description Without taxes: amount / (1 + tax_rate), a half to the even micro
                 * @example 12.345678
                 */
                net: string;
                /**
                 * @description amount − net
                 * @example 12.345678
                 */
                tax: string;
                /**
                 * @description What was taken, with taxes
                 * @example 12.345678
                 */
                amount: string;
                /** @description The currency of all money of the row */
                currency: string;
            }[];
        };
        LossesReport: {
            /** @enum {string} */
            report: "losses";
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            notes: string[];
            items: {
                /** @description The site */
                site_id: string;
                /** @description The site's name */
                site: string;
                /** @description The service */
                service: string;
                /**
                 * Format: date-time
                 * @description Begin of the interval
                 * @example 2026-03-01T09:30:00.000Z
                 */
                from: string;
                /**
                 * Format: date-time
                 * @description End of the interval, not in it
                 * @example 2026-03-01T09:30:00.000Z
                 */
                to: string;
                /** @description Whose clock the interval is of */
                timezone: string;
                /** @description What the site's supply meters counted */
                supply: string;
                /** @description What the meters of private units counted */
                private: string;
                /** @description What the meters of common areas counted */
                common: string;
                /** @description supply − private − common */
                loss: string;
                /** @description The least loss that the reads allow */
                loss_at_least: string;
                /** @description The greatest loss that the reads allow */
                loss_at_most: string;
                /** @description The unit of quantities */
                unit: string;
                /** @description The loss in whole atoms */
                loss_atoms: string;
                /** @description Of the supply, rounded down to four places */
                loss_percent: string | null;
                /** @description Meters that count */
                meters: number;
                /** @description Meters without an accepted reading that ends in the interval */
                meters_silent: number;
            }[];
        };
        AllocationReport: {
            /** @enum {string} */
            report: "allocation";
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            notes: string[];
            items: {
                /** @description The unit: flat, shop or workshop */
                unit_id: string;
                /** @description The unit's name: flat, shop or workshop */
                unit_name: string;
                /** @description The service */
                service: string;
                /** @description By what it is shared */
                rule: string;
                /** @description 1, the area in m², or the consumption in `unit` */
                weight: string;
                /** @description Of the whole, rounded down to twelve places */
                share: string;
                /** @description In `unit` */
                quantity: string;
                /** @description The unit of quantities */
                unit: string;
                /** @description The same in whole atoms (Wh, mL, s, count) */
                quantity_atoms: string;
                /**
                 * @description The unit's share of what consumption cost
                 * @example 12.345678
                 */
                cost: string;
                /**
                 * @description The unit's share of charges
                 * @example 12.345678
                 */
                charges: string;
                /**
                 * @description Cost and charges
                 * @example 12.345678
                 */
                total: string;
                /** @description The currency of all money of the row */
                currency: string;
            }[];
        };
        ArrearsReport: {
            /** @enum {string} */
            report: "arrears";
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            notes: string[];
            items: {
                /** @description The account */
                account_id: string;
                /** @description The site's name */
                site: string;
                /** @description The unit's name: flat, shop or workshop */
                unit_name: string;
                /** @description Who has the account now */
                customer: string | null;
                /** @description The service */
                service: string;
                /**
                 * @description All that is owed: what follows, together
                 * @example 12.345678
                 */
                owed: string;
                /**
                 * @description What the balance is below 0
                 * @example 12.345678
                 */
                overdrawn: string;
                /**
                 * @description Emergency credit that was used
                 * @example 12.345678
                 */
                emergency_credit_used: string;
                /**
                 * @description Charges that were put off
                 * @example 12.345678
                 */
                accumulated_debt: string;
                /**
                 * @description Debt that is paid off from payments
                 * @example 12.345678
                 */
                payment_debt: string;
                /**
                 * @description Debts that are paid off by time
                 * @example 12.345678
                 */
                time_debts: string;
                /** @description The currency of all money of the row */
                currency: string;
                /** @description Whether the account is supplied */
                supply_state: string;
                /**
                 * Format: date-time
                 * @description When a payment was last credited
                 * @example 2026-03-01T09:30:00.000Z
                 */
                last_vend_at: string | null;
                /** @description Whole days since then */
                days_since_vend: number | null;
            }[];
        };
        CollectionReport: {
            /** @enum {string} */
            report: "collection";
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            notes: string[];
            items: {
                /** @description The site */
                site_id: string;
                /** @description The site's name */
                site: string;
                /**
                 * Format: date-time
                 * @description Begin of the interval
                 * @example 2026-03-01T09:30:00.000Z
                 */
                from: string;
                /**
                 * Format: date-time
                 * @description End of the interval, not in it
                 * @example 2026-03-01T09:30:00.000Z
                 */
                to: string;
                /** @description Whose clock the interval is of */
                timezone: string;
                /**
                 * @description Consumption and charges
                 * @example 12.345678
                 */
                charged: string;
                /**
                 * @description Vends that were credited
                 * @example 12.345678
                 */
                collected: string;
                /**
                 * @description Vends that were taken back
                 * @example 12.345678
                 */
                reversed: string;
                /**
                 * @description collected − reversed
                 * @example 12.345678
                 */
                net: string;
                /** @description net over charged, rounded down to four places */
                collection_percent: string | null;
                /**
                 * @description net − charged: what credit of customers grew by
                 * @example 12.345678
                 */
                cash_flow: string;
                /**
                 * @description net since the begin of the report
                 * @example 12.345678
                 */
                cumulative_net: string;
                /** @description Vends that were credited */
                vends: number;
                /**
                 * @description collected over vends, rounded down
                 * @example 12.345678
                 */
                mean_vend: string | null;
                /** @description The currency of all money of the row */
                currency: string;
            }[];
        };
        VendorReconciliationReport: {
            /** @enum {string} */
            report: "vendor-reconciliation";
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            notes: string[];
            items: {
                /**
                 * Format: date-time
                 * @description Begin of the interval
                 * @example 2026-03-01T09:30:00.000Z
                 */
                from: string;
                /**
                 * Format: date-time
                 * @description End of the interval, not in it
                 * @example 2026-03-01T09:30:00.000Z
                 */
                to: string;
                /** @description Whose clock the interval is of */
                timezone: string;
                /** @description The vendor; null where the key is nobody's */
                vendor_id: string | null;
                /** @description The vendor's name */
                vendor: string | null;
                /** @description The key that sold */
                key_id: string;
                /** @description The key's name */
                key: string;
                /** @description The terminal, where the vend named one */
                terminal_id: string | null;
                /** @description How it was paid */
                tender: string;
                /** @description Vends that were credited */
                vends: number;
                /**
                 * @description What they came to
                 * @example 12.345678
                 */
                sold: string;
                /** @description Vends that were taken back, whenever they were sold */
                reversals: number;
                /**
                 * @description What they came to
                 * @example 12.345678
                 */
                reversed: string;
                /**
                 * @description sold − reversed: what the vendor has to hand over
                 * @example 12.345678
                 */
                net: string;
                /**
                 * @description What the vendor earned by what it sold, less what reversals took back
                 * @example 12.345678
                 */
                commission: string;
                /** @description Vends without an answer of the engine yet */
                pending: number;
                /**
                 * @description What they come to
                 * @example 12.345678
                 */
                pending_amount: string;
                /** @description Vends that were refused */
                refused: number;
                /** @description The currency of all money of the row */
                currency: string;
            }[];
        };
        ForecastReport: {
            /** @enum {string} */
            report: "forecast";
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            notes: string[];
            items: {
                /** @description The account */
                account_id: string;
                /** @description The unit's name: flat, shop or workshop */
                unit_name: string;
                /** @description The service */
                service: string;
                /**
                 * Format: date-time
                 * @description Begin of the interval
                 * @example 2026-03-01T09:30:00.000Z
                 */
                from: string;
                /**
                 * Format: date-time
                 * @description End of the interval, not in it
                 * @example 2026-03-01T09:30:00.000Z
                 */
                to: string;
                /** @description Whose clock the interval is of */
                timezone: string;
                /** @description In `unit` */
                quantity: string;
                /** @description The unit of quantities */
                unit: string;
                /** @description The same in whole atoms (Wh, mL, s, count) */
                quantity_atoms: string;
                /**
                 * @description What consumption and charges will come to
                 * @example 12.345678
                 */
                cost: string;
                /** @description The currency of all money of the row */
                currency: string;
                /** @description Days that the account's credit lasts by this forecast; null: over a year */
                days_left: string | null;
                /** @description The forecast of quantity that was least off in the back-test */
                model: string;
                /** @description Its mean absolute error, in the unit of quantity */
                mae: string | null;
                /** @description The same over the mean change from week to week; under 1 is better */
                mase: string | null;
                /** @description Its symmetric mean absolute percentage error */
                smape_percent: string | null;
                /** @description The forecast of cost that was least off in the back-test */
                cost_model: string;
                /** @description Its mean absolute error, in the unit of cost */
                cost_mae: string | null;
                /** @description The same over the mean change from week to week; under 1 is better */
                cost_mase: string | null;
                /** @description Its symmetric mean absolute percentage error */
                cost_smape_percent: string | null;
            }[];
        };
        TopUpRemindersReport: {
            /** @enum {string} */
            report: "top-up-reminders";
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            notes: string[];
            items: {
                /** @description The account */
                account_id: string;
                /** @description The site's name */
                site: string;
                /** @description The unit's name: flat, shop or workshop */
                unit_name: string;
                /** @description The service */
                service: string;
                /** @description In `balance_in` */
                available_credit: string;
                /** @description The currency, or the unit of what is held */
                balance_in: string;
                /** @description Days that it lasts by the forecast */
                days_left: string;
                /**
                 * Format: date-time
                 * @description When it is used up by the forecast
                 * @example 2026-03-01T09:30:00.000Z
                 */
                runs_out_at: string;
                /** @description The threshold that was asked for */
                threshold_days: number;
                /**
                 * @description What the next seven days will come to
                 * @example 12.345678
                 */
                cost_next_week: string;
                /** @description The currency of all money of the row */
                currency: string;
                /** @description The forecast of cost that was least off in the back-test */
                cost_model: string;
                /** @description Its mean absolute error, in the unit of cost */
                cost_mae: string | null;
                /** @description The same over the mean change from week to week; under 1 is better */
                cost_mase: string | null;
                /** @description Its symmetric mean absolute percentage error */
                cost_smape_percent: string | null;
            }[];
        };
        FindingsReport: {
            /** @enum {string} */
            report: "findings";
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            notes: string[];
            items: {
                /** @description reverse_flow, zero_use, sudden_drop, night_use_in_empty_unit, bypass_by_site_balance */
                kind: string;
                /** @description The site's name */
                site: string;
                /** @description The site */
                site_id: string;
                /** @description The unit; null of a finding about a site */
                unit_name: string | null;
                /** @description The account; null of a finding about a site */
                account_id: string | null;
                /** @description The service */
                service: string;
                /**
                 * Format: date-time
                 * @description Begin of the interval
                 * @example 2026-03-01T09:30:00.000Z
                 */
                from: string;
                /**
                 * Format: date-time
                 * @description End of the interval, not in it
                 * @example 2026-03-01T09:30:00.000Z
                 */
                to: string;
                /** @description The figures that it goes by */
                evidence: {
                    [key: string]: unknown;
                };
                /** @description What they passed */
                thresholds: {
                    [key: string]: unknown;
                };
            }[];
        };
        EfficiencyReport: {
            /** @enum {string} */
            report: "efficiency";
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            notes: string[];
            items: {
                /** @description The unit: flat, shop or workshop */
                unit_id: string;
                /** @description The unit's name: flat, shop or workshop */
                unit_name: string;
                /** @description The site's name */
                site: string;
                /** @description The service */
                service: string;
                /** @description The class that it is compared within */
                tariff_class: string | null;
                /** @description Floor area */
                area_m2: string | null;
                /** @description In `unit` */
                quantity: string;
                /** @description The unit of quantities */
                unit: string;
                /** @description The same in whole atoms (Wh, mL, s, count) */
                quantity_atoms: string;
                /** @description m², where all peers have an area; else unit */
                per: string;
                /** @description Quantity for each `per`, in `unit`, rounded down to an atom */
                intensity: string;
                /** @description Units that it is compared with, itself among them */
                peers: number;
                /** @description Share of peers that use less, equal ones counted half; in percent */
                percentile: string | null;
                /** @description Intensity that a quarter of peers do not pass */
                peers_p25: string | null;
                /** @description Intensity that half of peers do not pass */
                peers_median: string | null;
                /** @description Intensity that three quarters of peers do not pass */
                peers_p75: string | null;
                /** @description How much more than the median; less is negative */
                against_median_percent: string | null;
            }[];
        };
        AccountCostCenter: {
            /** Format: uuid */
            account_id: string;
            cost_center: string | null;
        };
        CarbonTable: {
            /** Format: uuid */
            carbon_table_id: string;
            name: string;
            /** @enum {string} */
            service: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
            /**
             * @description The unit that factors are grams for
             * @example kWh
             */
            per: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
        };
        CarbonTableRequest: {
            name: string;
            /** @enum {string} */
            service: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
        };
        CarbonFactors: {
            /** Format: uuid */
            carbon_table_id: string;
            per: string;
            items: {
                /**
                 * Format: date-time
                 * @example 2026-03-01T09:30:00.000Z
                 */
                hour: string;
                grams: string;
            }[];
        };
        CarbonFactorsRequest: {
            /** Format: date-time */
            from: string;
            /** @description Grams of CO2 equivalent for a unit, one each hour from `from` on */
            factors: string[];
        };
        CarbonReport: {
            /** @enum {string} */
            report: "carbon";
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            notes: string[];
            items: {
                /** @description The account */
                account_id: string;
                /** @description The site's name */
                site: string;
                /** @description The unit's name: flat, shop or workshop */
                unit_name: string;
                /** @description The service */
                service: string;
                /** @description In `unit` */
                quantity: string;
                /** @description The unit of quantities */
                unit: string;
                /** @description The same in whole atoms (Wh, mL, s, count) */
                quantity_atoms: string;
                /** @description CO2 equivalent of what has a factor */
                grams: string;
                /** @description Quantity in hours that the table has no factor for */
                without_factor: string;
            }[];
        };
        Statement: {
            /** Format: uuid */
            account_id: string;
            /** Format: uuid */
            unit_id: string;
            /** @enum {string} */
            service: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
            /** @example EUR */
            currency: string;
            /** @enum {string} */
            holds: "money" | "quantity";
            balance_in: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            as_of: string;
            /** @description Whether something moved the balance that the store does not tell of (yet) */
            partial: boolean;
            /** @example 12.345678 */
            opening_balance: string;
            /** @example 12.345678 */
            closing_balance: string;
            /**
             * @description What nothing stored accounts for, over all of the account's life; normally 0
             * @example 12.345678
             */
            other: string;
            items: {
                /** @enum {string} */
                kind: "brought_forward" | "consumption" | "charge" | "charge_to_debt" | "demand" | "time_debt" | "vend" | "debt_repaid" | "emergency_repaid" | "reversal" | "adjustment" | "transfer" | "reserved" | "released" | "emergency_invoked" | "emergency_credit" | "credit_granted" | "credit_expired" | "restricted_credit" | "debt_changed" | "mode_change" | "tenancy" | "other";
                /**
                 * Format: date-time
                 * @example 2026-03-01T09:30:00.000Z
                 */
                from: string;
                /**
                 * Format: date-time
                 * @description The same as `from` but of what was taken over a time
                 * @example 2026-03-01T09:30:00.000Z
                 */
                to: string;
                /** @description The charge's or the debt's name */
                text: string | null;
                receipt_number: number | null;
                vend_id: string | null;
                quantity: string | null;
                unit: string | null;
                entries: number | null;
                /**
                 * @description What it moved the balance by
                 * @example 12.345678
                 */
                amount: string;
                /**
                 * @description An amount that did not move the balance
                 * @example 12.345678
                 */
                beside: string | null;
                /**
                 * @description Behind the line
                 * @example 12.345678
                 */
                balance: string;
            }[];
        };
        Statements: {
            items: components["schemas"]["Statement"][];
        };
        Receipt: {
            vend_id: string;
            /** @enum {string} */
            status: "applied";
            receipt_number: number;
            /** Format: uuid */
            account_id: string;
            meter_serial: string;
            /** @example 12.345678 */
            amount: string;
            /** @example EUR */
            currency: string;
            /** @enum {string} */
            holds: "money" | "quantity";
            balance_in: string;
            parts: {
                /** @example 12.345678 */
                payment_debt?: string;
                /** @example 12.345678 */
                accumulated_debt?: string;
                /** @example 12.345678 */
                time_debt_1?: string;
                /** @example 12.345678 */
                time_debt_2?: string;
                /** @example 12.345678 */
                threshold?: string;
                /** @example 12.345678 */
                emergency?: string;
                /** @example 12.345678 */
                balance?: string;
            };
            /** @example 12.345678 */
            balance: string;
            tender: {
                type: string;
                reference?: string;
            };
            terminal_id: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            received_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            applied_at: string;
        };
        VendRequest: {
            /** Format: uuid */
            account_id?: string;
            meter_serial?: string;
            /** @example 10.00 */
            amount: string;
            /** @example EUR */
            currency: string;
            /**
             * @default {
             *       "type": "cash"
             *     }
             */
            tender?: {
                type: string;
                reference?: string;
            };
            terminal_id?: string;
        };
        ReversedVend: {
            vend_id: string;
            /** @enum {string} */
            status: "reversed";
            receipt_number: number;
            /** Format: uuid */
            account_id: string;
            meter_serial: string;
            /** @example 12.345678 */
            amount: string;
            /** @example EUR */
            currency: string;
            /** @enum {string} */
            holds: "money" | "quantity";
            balance_in: string;
            parts: {
                /** @example 12.345678 */
                payment_debt?: string;
                /** @example 12.345678 */
                accumulated_debt?: string;
                /** @example 12.345678 */
                time_debt_1?: string;
                /** @example 12.345678 */
                time_debt_2?: string;
                /** @example 12.345678 */
                threshold?: string;
                /** @example 12.345678 */
                emergency?: string;
                /** @example 12.345678 */
                balance?: string;
            };
            /** @example 12.345678 */
            balance: string;
            tender: {
                type: string;
                reference?: string;
            };
            terminal_id: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            received_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            applied_at: string;
            reversal: {
                /** Format: uuid */
                order_id: string;
                reason: string | null;
                /**
                 * Format: date-time
                 * @example 2026-03-01T09:30:00.000Z
                 */
                reversed_at: string;
                /** @example 12.345678 */
                balance: string;
            };
        };
        VendAdvice: {
            vend_id: string;
            /** @enum {string} */
            status: "pending" | "refused";
            /** Format: uuid */
            account_id: string;
            /** @example 12.345678 */
            amount: string;
            /** @example EUR */
            currency: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            received_at: string;
            problem: components["schemas"]["Problem"] & (Record<string, never> | null);
        };
        VendQuote: {
            /** Format: uuid */
            account_id: string;
            meter_serial: string;
            /** @example 12.345678 */
            amount: string;
            /** @example EUR */
            currency: string;
            /** @enum {string} */
            holds: "money" | "quantity";
            balance_in: string;
            parts: {
                /** @example 12.345678 */
                payment_debt?: string;
                /** @example 12.345678 */
                accumulated_debt?: string;
                /** @example 12.345678 */
                time_debt_1?: string;
                /** @example 12.345678 */
                time_debt_2?: string;
                /** @example 12.345678 */
                threshold?: string;
                /** @example 12.345678 */
                emergency?: string;
                /** @example 12.345678 */
                balance?: string;
            };
            /**
             * @description The one that the account would have then
             * @example 12.345678
             */
            balance: string;
            /**
             * @description Of the vendor whose key asks
             * @example 12.345678
             */
            commission: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            as_of: string;
        };
        ReceiptCopy: {
            vend_id: string;
            /** @enum {string} */
            status: "applied" | "reversed";
            receipt_number: number;
            /** Format: uuid */
            account_id: string;
            meter_serial: string;
            /** @example 12.345678 */
            amount: string;
            /** @example EUR */
            currency: string;
            /** @enum {string} */
            holds: "money" | "quantity";
            balance_in: string;
            parts: {
                /** @example 12.345678 */
                payment_debt?: string;
                /** @example 12.345678 */
                accumulated_debt?: string;
                /** @example 12.345678 */
                time_debt_1?: string;
                /** @example 12.345678 */
                time_debt_2?: string;
                /** @example 12.345678 */
                threshold?: string;
                /** @example 12.345678 */
                emergency?: string;
                /** @example 12.345678 */
                balance?: string;
            };
            /** @example 12.345678 */
            balance: string;
            tender: {
                type: string;
                reference?: string;
            };
            terminal_id: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            received_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            applied_at: string;
            /** @description Counts the copies that were given out */
            copy: number;
            operator: string;
            vendor: string | null;
        };
        Vendor: {
            /** Format: uuid */
            vendor_id: string;
            name: string;
            /** @example EUR */
            currency: string;
            /** @enum {string} */
            state: "active" | "suspended";
            /**
             * @description How far below 0 the float may fall; null: as far as it likes
             * @example 12.345678
             */
            limit: string | null;
            /**
             * @description Paid in, less what was sold
             * @example 12.345678
             */
            float: string;
            /**
             * @description Held back for vends that are under way
             * @example 12.345678
             */
            reserved: string;
            /**
             * @description What can be sold now
             * @example 12.345678
             */
            available: string | null;
            commissions: {
                /** @enum {string} */
                service: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
                per_mille: string;
            }[];
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
        };
        VendorRequest: {
            name: string;
            /** @example EUR */
            currency: string;
            /**
             * @description 0 if left out: what is sold is paid in before
             * @example 500.00
             */
            limit?: string | null;
            /** @default [] */
            commissions?: {
                /** @enum {string} */
                service: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
                /** @example 12.5 */
                per_mille: string;
            }[];
        };
        VendorChange: {
            /** @enum {string} */
            state?: "active" | "suspended";
            /**
             * @description How far below 0 the float may fall; null: as far as it likes
             * @example 500.00
             */
            limit?: string | null;
            /** @description Takes the place of all; for vends from now on */
            commissions?: {
                /** @enum {string} */
                service: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
                /** @example 12.5 */
                per_mille: string;
            }[];
            reason: string;
        };
        VendorKey: {
            /** Format: uuid */
            key_id: string;
            /** Format: uuid */
            vendor_id: string;
            name: string;
            /** @description Shown this once */
            key: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            expires_at: string | null;
        };
        VendorMovement: {
            movement_id: number;
            /** Format: uuid */
            vendor_id: string;
            /** @enum {string} */
            kind: "sale" | "reversal" | "deposit" | "payout" | "correction" | "commission";
            /**
             * @description What it does to the float
             * @example 12.345678
             */
            amount: string;
            /** @example 12.345678 */
            commission: string;
            /**
             * @description The float behind it
             * @example 12.345678
             */
            float: string;
            vend_id: string | null;
            tender: string | null;
            reference: string | null;
            /** Format: uuid */
            shift_id: string | null;
            reason: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            at: string;
        };
        VendorMovementRequest: {
            /** @enum {string} */
            kind: "deposit" | "payout" | "correction";
            /**
             * @description Above 0 for a deposit or payout; a correction takes either sign
             * @example 250.00
             */
            amount: string;
            tender?: string;
            reference?: string;
            reason: string;
        };
        VendorReport: {
            /** Format: uuid */
            vendor_id: string;
            /** @example EUR */
            currency: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            /** @example 12.345678 */
            opening_float: string;
            sales: number;
            /** @example 12.345678 */
            sales_amount: string;
            reversals: number;
            /** @example 12.345678 */
            reversals_amount: string;
            /** @example 12.345678 */
            deposits: string;
            /** @example 12.345678 */
            payouts: string;
            /** @example 12.345678 */
            corrections: string;
            /** @example 12.345678 */
            commission_earned: string;
            /** @example 12.345678 */
            commission_paid: string;
            /** @example 12.345678 */
            closing_float: string;
            lines: {
                tender: string;
                /** @enum {string} */
                service: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
                sales: number;
                /** @example 12.345678 */
                sales_amount: string;
                reversals: number;
                /** @example 12.345678 */
                reversals_amount: string;
                /** @example 12.345678 */
                commission: string;
            }[];
        };
        Terminal: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            vendor_id: string;
            /** @description The vendor's own name for it, as in its vends */
            terminal_id: string;
            /** @enum {string} */
            state: "open" | "closed";
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
        };
        TerminalRequest: {
            /** Format: uuid */
            vendor_id: string;
            terminal_id: string;
        };
        VendorShift: {
            /** Format: uuid */
            shift_id: string;
            /** Format: uuid */
            vendor_id: string;
            terminal_id: string;
            cashier: string;
            /** @enum {string} */
            state: "open" | "closed";
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            opened_at: string;
            /** Format: uuid */
            opened_by: string;
            /** @example 12.345678 */
            opening_cash: string;
            /**
             * @description By the ledger; of an open shift as it stands
             * @example 12.345678
             */
            expected_cash: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            closed_at: string | null;
            /** Format: uuid */
            closed_by: string | null;
            /** @example 12.345678 */
            counted_cash: string | null;
            /**
             * @description Counted, less expected
             * @example 12.345678
             */
            difference: string | null;
            tenders: {
                tender: string;
                sales: number;
                /** @example 12.345678 */
                sales_amount: string;
                reversals: number;
                /** @example 12.345678 */
                reversals_amount: string;
            }[];
            note: string | null;
        };
        ShiftRequest: {
            /**
             * Format: uuid
             * @description May be left out by a vendor
             */
            vendor_id?: string;
            terminal_id: string;
            cashier: string;
            /** @example 10.00 */
            opening_cash: string;
        };
        Settlement: {
            /** Format: uuid */
            settlement_id: string;
            /** Format: uuid */
            vendor_id: string;
            /** @description Counts the vendor's, without gaps */
            number: number;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            to: string;
            /** @example 12.345678 */
            opening_float: string;
            sales: number;
            /** @example 12.345678 */
            sales_amount: string;
            reversals: number;
            /** @example 12.345678 */
            reversals_amount: string;
            /** @example 12.345678 */
            deposits: string;
            /** @example 12.345678 */
            payouts: string;
            /** @example 12.345678 */
            corrections: string;
            /** @example 12.345678 */
            commission: string;
            /** @example 12.345678 */
            closing_float: string;
        };
        SettlementRequest: {
            /** Format: uuid */
            vendor_id: string;
        };
        SupplyCommand: {
            /** Format: uuid */
            supply_command_id: string;
            /** Format: uuid */
            set_id: string | null;
            /** Format: uuid */
            account_id: string;
            /** @enum {string} */
            action: "cut" | "restore" | "limit" | "arm";
            /** @enum {string} */
            cause: "automatic" | "manual" | "load_limit";
            reason: string;
            override: boolean;
            /** Format: uuid */
            decided_by: string | null;
            /** @enum {string} */
            state: "awaiting_approval" | "rejected" | "requested" | "sent" | "acknowledged" | "executed" | "failed" | "expired";
            fault: string | null;
            supply_number: number | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            requested_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            updated_at: string;
        };
        AcceptedSupplyCommands: {
            /** Format: uuid */
            set_id: string;
            items: components["schemas"]["SupplyCommand"][];
        };
        SupplyCommandRequest: {
            /** Format: uuid */
            account_id?: string;
            account_ids?: string[];
            /**
             * Format: uuid
             * @description All accounts of its units
             */
            unit_set_id?: string;
            /** Format: uuid */
            site_id?: string;
            /**
             * @description Of a set or site: accounts of this service only
             * @enum {string}
             */
            service?: "electricity" | "heating" | "cooling" | "water" | "gas" | "parking" | "facility" | "fee";
            /** @enum {string} */
            action: "cut" | "restore";
            reason: string;
            /**
             * @description Cut also in a friendly period, without notice, on stale data, and for critical need after another key's approval
             * @default false
             */
            override?: boolean;
        };
        WebhookEndpointWithSecret: {
            /** Format: uuid */
            webhook_endpoint_id: string;
            url: string;
            description: string | null;
            event_types: string[];
            /** @enum {string} */
            state: "active" | "disabled";
            /** @description Calls that failed since the last that succeeded */
            failures: number;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
            /**
             * @description What calls are signed with; shown here and never again
             * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
             */
            secret: string;
        };
        WebhookEndpointRequest: {
            /**
             * @description https, to a public address; others have to be allowed by a setting
             * @example https://example.com/hooks
             */
            url: string;
            description?: string | null;
            /** @description Types of events that are told; none: all of them */
            event_types?: ("account.opened" | "vend.applied" | "account.adjusted" | "credit.low" | "credit.recovered" | "supply.cut_requested" | "supply.restore_requested" | "supply.executed" | "supply.failed" | "supply.disagreed" | "reading.quarantined" | "reading.rollover" | "meter.clock_drift" | "meter.exchanged" | "meter.tampered" | "emergency_credit.offered" | "emergency_credit.invoked" | "emergency_credit.in_use" | "emergency_credit.exhausted" | "emergency_credit.repaid" | "credit.exceeded" | "credit.granted" | "credit.expired" | "debt.changed" | "debt.cleared" | "vend.reversed" | "supply.notice_due" | "supply.limit_requested" | "supply.cut_withheld" | "supply.overdue" | "friendly_period.ending" | "meter.stale" | "reading.accepted" | "reading.rejected" | "mode.changed" | "tenancy.changed" | "credit.transferred" | "credit.reserved" | "credit.released" | "tariff.assigned" | "tariff.activated" | "cycle.started" | "credit.bought" | "credit.converted" | "vend.receipted" | "vend.refused")[];
        };
        WebhookEndpoint: {
            /** Format: uuid */
            webhook_endpoint_id: string;
            url: string;
            description: string | null;
            event_types: string[];
            /** @enum {string} */
            state: "active" | "disabled";
            /** @description Calls that failed since the last that succeeded */
            failures: number;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
        };
        WebhookEndpointChange: {
            /**
             * @description https, to a public address; others have to be allowed by a setting
             * @example https://example.com/hooks
             */
            url?: string;
            description?: string | null;
            /** @description Types of events that are told; none: all of them */
            event_types?: ("account.opened" | "vend.applied" | "account.adjusted" | "credit.low" | "credit.recovered" | "supply.cut_requested" | "supply.restore_requested" | "supply.executed" | "supply.failed" | "supply.disagreed" | "reading.quarantined" | "reading.rollover" | "meter.clock_drift" | "meter.exchanged" | "meter.tampered" | "emergency_credit.offered" | "emergency_credit.invoked" | "emergency_credit.in_use" | "emergency_credit.exhausted" | "emergency_credit.repaid" | "credit.exceeded" | "credit.granted" | "credit.expired" | "debt.changed" | "debt.cleared" | "vend.reversed" | "supply.notice_due" | "supply.limit_requested" | "supply.cut_withheld" | "supply.overdue" | "friendly_period.ending" | "meter.stale" | "reading.accepted" | "reading.rejected" | "mode.changed" | "tenancy.changed" | "credit.transferred" | "credit.reserved" | "credit.released" | "tariff.assigned" | "tariff.activated" | "cycle.started" | "credit.bought" | "credit.converted" | "vend.receipted" | "vend.refused")[];
            /** @enum {string} */
            state?: "active" | "disabled";
        };
        NotificationPreferences: {
            /** Format: uuid */
            customer_id: string;
            /** @enum {string} */
            language: "en" | "es" | "de" | "fr";
            channels: ("email" | "sms")[];
            email: string | null;
            phone: string | null;
            /** @description Time of day at the site in which only urgent notices go out and the others wait; over midnight, too */
            quiet_hours: {
                /** @example 21:30 */
                from: string;
                /** @example 21:30 */
                to: string;
            } | null;
            daily_max: number;
        };
        NotificationPreferencesRequest: {
            /** @enum {string} */
            language: "en" | "es" | "de" | "fr";
            channels: ("email" | "sms")[];
            /**
             * Format: email
             * @default null
             */
            email?: string | null;
            /**
             * @default null
             * @example +34600000000
             */
            phone?: string | null;
            /**
             * @description Time of day at the site in which only urgent notices go out and the others wait; over midnight, too
             * @default null
             */
            quiet_hours?: {
                /** @example 21:30 */
                from: string;
                /** @example 21:30 */
                to: string;
            } | null;
            /**
             * @description Notices a day on one way; beyond them one summary
             * @default 10
             */
            daily_max?: number;
        };
        Notification: {
            /** Format: uuid */
            notification_id: string;
            /** @enum {string} */
            channel: "webhook" | "email" | "sms";
            /** @example low_credit */
            kind: string;
            /** Format: uuid */
            account_id: string | null;
            /** Format: uuid */
            customer_id: string | null;
            /** Format: uuid */
            webhook_endpoint_id: string | null;
            /** Format: uuid */
            notice_id: string | null;
            urgent: boolean;
            /** @enum {string} */
            state: "pending" | "sent" | "dead";
            attempts: number;
            /** @description Why the last attempt failed */
            fault: string | null;
            /**
             * @description What receipts say of an SMS over SMPP; null where the way has none
             * @enum {string|null}
             */
            delivery: "underway" | "delivered" | "failed" | null;
            /** @example UNDELIV, error 011 */
            delivery_fault: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            due_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            retry_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            ended_at: string | null;
        };
        Notice: {
            /** Format: uuid */
            notice_id: string;
            /** @enum {string} */
            level: "account" | "unit_set" | "site";
            /** Format: uuid */
            target_id: string;
            texts: {
                [key: string]: {
                    subject: string;
                    text: string;
                };
            };
            urgent: boolean;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            send_at: string;
            /** @enum {string} */
            state: "scheduled" | "sending" | "sent" | "cancelled";
            /** @description Customers to whom it was put on its way */
            recipients: number;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
        };
        NoticeRequest: {
            /** @enum {string} */
            level: "account" | "unit_set" | "site";
            /** Format: uuid */
            target_id: string;
            /** @description By language; a customer gets theirs, else English, else any. HTML has no meaning in it */
            texts: {
                en?: {
                    subject: string;
                    text: string;
                };
                es?: {
                    subject: string;
                    text: string;
                };
                de?: {
                    subject: string;
                    text: string;
                };
                fr?: {
                    subject: string;
                    text: string;
                };
            };
            /**
             * @description Goes out in quiet hours, too
             * @default false
             */
            urgent?: boolean;
            /**
             * Format: date-time
             * @description When; left out: now
             */
            send_at?: string;
        };
        StreamTicket: {
            ticket: string;
            /**
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            expires_at: string;
        };
        Health: {
            /** @enum {string} */
            status: "ok";
        };
        Readiness: {
            ready: boolean;
            parts: {
                [key: string]: {
                    ok: boolean;
                    needed: boolean;
                    detail?: string;
                };
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
