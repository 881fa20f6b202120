import type { Context } from 'koa';
import type { Principal } from './ports.ts';

/** What a request is answered with, but for the headers that every answer carries. */
export type Answer = {
  readonly status: number;
  /** With the type of the content, where there is any. Names as they are written in RFCs: each counts as it stands. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | null;
};

/** A request on its way through the application: what is known of it so far, and in the end its answer. */
export type Exchange = {
  readonly requestId: string;
  /** Null where the connection has no address. */
  readonly clientAddress: string | null;
  /** Aborted when it has been answered for lack of time: nothing of it may be committed any more. */
  readonly signal: { aborted: boolean };
  /** The operation that took it; null while none has. */
  operationId: string | null;
  principal: Principal | null;
  /** Null while there is none. */
  answer: Answer | null;
};

/** The exchange that a context of Koa is about, which is its state. */
export function exchangeOf(context: Pick<Context, 'state'>): Exchange {
  return context.state as Exchange;
}

/** Content type of what is in the contract as JSON. */
export const jsonType = 'application/json; charset=utf-8';
