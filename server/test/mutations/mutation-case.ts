import type { operations } from '../../src/contract/generated/core/operations.ts';
import type { errorCodes } from '../../src/contract/generated/error-codes.ts';
import type { Answer } from '../harness/server-http.ts';
import type { MutationWorld } from './mutation-world.ts';

/** An id of an operation of Core. */
export type OperationId = keyof typeof operations;

/** One request of an operation. What is left out of `params` is `space_1` or a mistake; `as` is `root` by default. */
export type Call = {
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** An access token, or null for a caller without credential. */
  readonly as?: string | null;
};

/** A code of the table of errors. */
export type Code = keyof typeof errorCodes;

/** The member of a User who stands behind a row, and the binding to it. */
export type ExpectedActor = {
  readonly userId: string | null;
  readonly memberId: string | null;
  readonly userMemberId: string | null;
};

/** A request that changes something, and how it is refused when it cannot. */
export type MutationCase = {
  /** What the case is about, where an operation has several. */
  readonly about?: string;
  /** Makes what the call changes, and gives the call. */
  readonly prepare: (world: MutationWorld) => Promise<Call>;
  /** The rows that it leaves; those that the operation declares, when it is left out. */
  readonly rows?: readonly string[];
  /** The status of a call whose row records a refusal; left out, the call succeeds. */
  readonly status?: number;
  /** Who stands in the rows; `root` when it is left out. */
  readonly actor?: (call: Call, answer: Answer) => ExpectedActor;
  /** A refusal that is found inside the transaction, made of the successful call. */
  readonly refused: (call: Call, world: MutationWorld) => Promise<Refused> | Refused;
};

/** A call and the code with which it is refused. `null` for an operation whose refusals all look like a success. */
export type Refused = { readonly call: Call; readonly code: Code | null };

/** The cases of some operations. */
export type CasesOf<Id extends OperationId> = Readonly<Record<Id, readonly MutationCase[]>>;

/** The call with a version that the object does not have. */
export const staleVersion: MutationCase['refused'] = (call) => ({
  call: { ...call, headers: { ...call.headers, 'If-Match': '"9999"' } },
  code: 'PRECONDITION_FAILED',
});

/** The very same call once more, after it was carried out: what it would make is taken. */
export function carriedOutBefore(code: Code): MutationCase['refused'] {
  return (call) => ({ call, code });
}

/** The call with another body, path parameter or both. */
export function changed(change: Call, code: Code): MutationCase['refused'] {
  return (call) => ({
    call: { ...call, ...change, params: { ...call.params, ...change.params } },
    code,
  });
}

/** The prepared call of an operation on an object that was just created. */
export function onNew(
  parameter: string,
  make: (world: MutationWorld) => Promise<{ readonly id: string }>,
  body?: unknown,
): MutationCase['prepare'] {
  return async (world) => ({
    params: { [parameter]: (await make(world)).id },
    ...(body === undefined ? {} : { body }),
  });
}

/** The same after the object was changed first, by a POST below its own path. */
export function after(
  verb: string,
  parameter: string,
  path: string,
  make: (world: MutationWorld) => Promise<{ readonly id: string }>,
): MutationCase['prepare'] {
  return async (world) => {
    const { id } = await make(world);
    const answer = await world.api('POST', `${path}/${id}/${verb}`, { token: world.root.token });
    if (answer.status !== 200) throw new Error(answer.text);
    return { params: { [parameter]: id } };
  };
}
