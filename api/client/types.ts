/**
 * From the interface's document to what a call takes and gives. Types only.
 */
import type { components, paths } from "./schema.ts";

/** The named schemas of the document: `Schemas["Receipt"]`. */
export type Schemas = components["schemas"];
/** A refusal's body (RFC 9457). */
export type ProblemBody = Schemas["Problem"];

/** Methods that the interface knows, as the document writes them. */
export type Method = "get" | "put" | "post" | "patch" | "delete";

/** Addresses that take this method. */
export type PathOf<M extends Method> = {
  [Path in keyof paths]: paths[Path] extends { [Key in M]: { responses: unknown } } ? Path : never;
}[keyof paths];

type Operation<Path extends keyof paths, M extends Method> = paths[Path][M];
type Parameter<Op, Name extends string> = Op extends { parameters: { [Key in Name]: infer Value } }
  ? Value
  : Op extends { parameters: { [Key in Name]?: infer Value } }
    ? Value | undefined
    : never;
type BodyOf<Op> = Op extends { requestBody: { content: infer Content } }
  ? Content[keyof Content]
  : Op extends { requestBody?: { content: infer Content } }
    ? Content[keyof Content] | undefined
    : never;

/** A field that is left out, may be there, or has to be. */
type Field<Name extends string, Value> = [Exclude<Value, undefined>] extends [never]
  ? unknown
  : undefined extends Value
    ? { [Key in Name]?: Exclude<Value, undefined> }
    : { [Key in Name]: Value };

/** What may be said with any call. */
export type CallOptions = {
  /** Ends the call; what it rejects with is the signal's reason. */
  signal?: AbortSignal;
  /** Says that this POST may be repeated although it has no Idempotency-Key. */
  repeatable?: boolean;
  /** Media type of the answer: `application/json` unless told. */
  accept?: string;
  /** Media type of the body: `application/json` unless told. A form takes an object, all others a text. */
  type?: string;
};

/** What a call takes: the document's parameters and body, and the options of every call. */
export type CallInput<Path extends keyof paths, M extends Method> = Field<
  "path",
  Parameter<Operation<Path, M>, "path">
> &
  Field<"query", Parameter<Operation<Path, M>, "query">> &
  Field<"header", Parameter<Operation<Path, M>, "header">> &
  Field<"body", BodyOf<Operation<Path, M>>> &
  CallOptions;

/** The input as a last argument, which may be left out where nothing has to be told. */
export type CallArguments<Path extends keyof paths, M extends Method> =
  Record<never, never> extends CallInput<Path, M>
    ? [input?: CallInput<Path, M>]
    : [input: CallInput<Path, M>];

type JsonOf<Response> = Response extends { content: { "application/json": infer Body } }
  ? Body
  : Response extends { content?: never }
    ? undefined
    : never;
/** What a call gives: the JSON of its good answers; undefined where there is no body. */
export type CallResult<Path extends keyof paths, M extends Method> =
  Operation<Path, M> extends { responses: infer Responses }
    ? { [Status in keyof Responses]: JsonOf<Responses[Status]> }[keyof Responses]
    : never;

/** Addresses of lists that go on by `next_cursor`. */
export type ListPath = {
  [Path in PathOf<"get">]: CallResult<Path, "get"> extends { next_cursor: string | null }
    ? Path
    : never;
}[PathOf<"get">];
/** An item of a list. */
export type ItemOf<Path extends ListPath> =
  CallResult<Path, "get"> extends { items: (infer Item)[] } ? Item : never;
