import type { Operation } from './operation.ts';
import type { Access } from './ports.ts';
import type { Refusal } from './refusal.ts';

/** The shape of what openapi-typescript prints for one operation. */
type OperationTypes = {
  parameters: { query?: unknown; path?: unknown };
  requestBody?: unknown;
  responses: unknown;
};

/** A contract as types: what its operations take and answer, and its generated table. */
export type Contract = {
  readonly types: { [id: string]: OperationTypes };
  readonly table: { readonly [id: string]: Operation };
};

/** What is known about the request itself. */
export type RequestFacts = {
  readonly id: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** Aborted when the request has been answered for lack of time: nothing of it may be committed any more. */
  readonly signal?: { readonly aborted: boolean };
};

/** The Idempotency-Key of a request, and what makes another request with the same key another one. */
export type IdempotentRequest = {
  readonly operationId: string;
  readonly key: string;
  /** Hash of the path parameters and the body. */
  readonly requestHash: string;
};

/** The keys of the last entry of a page, in the order of the list. */
export type PageKeys = readonly (string | number)[];

/** The page that a list is asked for. */
export type PageRequest = { readonly limit: number; readonly after: PageKeys | null };

type Json<Content> = Content extends { content: { 'application/json': infer Body } } ? Body : never;
type Text<Content> = Content extends { content: { 'text/plain': infer Body } } ? Body : never;
type SuccessStatus = 200 | 201 | 202;
type Required_<T> = [T] extends [undefined] ? unknown : NonNullable<T>;
type BodyOf<T> = T extends { content: { 'application/json': infer Body } } ? Body : undefined;

/** Everything that a handler gets: validated, and typed from the contract. */
export type Input<C extends Contract, Id extends keyof C['types'] & string> = {
  readonly params: Readonly<
    Required_<C['types'][Id]['parameters']['path']> & Required_<C['types'][Id]['parameters']['query']>
  >;
  readonly body: C['types'][Id] extends { requestBody: infer Body }
    ? BodyOf<Body>
    : C['types'][Id] extends { requestBody?: infer Body }
      ? BodyOf<NonNullable<Body>> | undefined
      : undefined;
  readonly page: PageRequest;
  /** The version named by If-Match; null without the header or for `*`. */
  readonly ifVersion: number | null;
  readonly access: C['table'][Id]['security']['anonymous'] extends true ? Access | null : Access;
  readonly request: RequestFacts;
  /** Null without the header. */
  readonly idempotency: IdempotentRequest | null;
  /** The credential as it was sent, valid or not, for the operations that end it; null without one. */
  readonly credential: string | null;
};

type DataOf<Body> = Body extends { data: infer Data } ? Data : never;

/** One success: status and data of the envelope. `version` becomes the ETag, `next` the cursor of the next page. */
type Success<Status, Body> = Body extends { data: infer Items; pagination: unknown }
  ? { readonly status: Status; readonly data: Items; readonly next: PageKeys | null }
  : {
      readonly status: Status;
      readonly data: DataOf<Body>;
      readonly version?: number;
      readonly headers?: Readonly<Record<string, string>>;
    };

/** What a handler may answer: the contract's successes, or a refusal with one of the operation's codes. */
export type Reply<C extends Contract, Id extends keyof C['types'] & string> =
  | {
      [S in keyof C['types'][Id]['responses'] & SuccessStatus]: [
        Text<C['types'][Id]['responses'][S]>,
      ] extends [never]
        ? Success<S, Json<C['types'][Id]['responses'][S]>>
        : { readonly status: S; readonly text: string };
    }[keyof C['types'][Id]['responses'] & SuccessStatus]
  | Refusal<C['table'][Id]['errors'][number]>;

/** The handler of one operation. */
export type Handler<C extends Contract, Id extends keyof C['types'] & string> = (
  input: Input<C, Id>,
) => Promise<Reply<C, Id>>;

/** Handlers for the named operations. A missing, extra or misspelt name does not compile. */
export type Handlers<C extends Contract, Ids extends keyof C['types'] & string> = {
  readonly [Id in Ids]: Handler<C, Id>;
};

/** A handler as the runtime calls it, when the types have done their work. */
export type AnyHandler = (input: {
  readonly params: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly page: PageRequest;
  readonly ifVersion: number | null;
  readonly access: Access | null;
  readonly request: RequestFacts;
  readonly idempotency: IdempotentRequest | null;
  readonly credential: string | null;
}) => Promise<AnyReply>;

/** Any reply, as the runtime sees it. */
export type AnyReply =
  | {
      readonly status: number;
      readonly data?: unknown;
      readonly text?: string;
      readonly next?: PageKeys | null;
      readonly version?: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | Refusal<string>;
