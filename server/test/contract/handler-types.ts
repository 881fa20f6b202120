import type { CoreHandlers, CoreInput, CoreReply } from '../../src/contract/core.ts';
import { refuse } from '../../src/contract/refusal.ts';

/*
 * What must not compile. `tsc` fails on an expectation that is not met, so each of these holds a rule of the types
 * that are made from the contract.
 */

type Groups = CoreHandlers<'getGroup' | 'getGroupTree'>;
declare const getGroup: Groups['getGroup'];
declare const getGroupTree: Groups['getGroupTree'];

// @ts-expect-error a handler that is missing
export const missing: Groups = { getGroup };

// @ts-expect-error a handler that is misspelt
export const misspelt: Groups = { getGroup, getGrouptree: getGroupTree };

// @ts-expect-error a handler too many
export const extra: Groups = { getGroup, getGroupTree, getMember: getGroup };

// @ts-expect-error an operation that the contract does not have
export type Unknown = CoreHandlers<'getGroops'>;

// @ts-expect-error a code that the operation does not declare
export const undeclared: CoreReply<'getGroup'> = refuse('MEMBER_NOT_FOUND');

export const declared: CoreReply<'getGroup'> = refuse('GROUP_NOT_FOUND');

// @ts-expect-error a success that the operation does not have
export const status: CoreReply<'getHealth'> = { status: 201, data: { status: 'ok' } };

// @ts-expect-error data of another shape
export const shape: CoreReply<'getHealth'> = { status: 200, data: { state: 'ok' } };

// @ts-expect-error a body field that the contract does not have
export const field = (input: CoreInput<'createGroup'>) => input.body.parent;

// @ts-expect-error a parameter that the operation does not have
export const parameter = (input: CoreInput<'getGroup'>) => input.params.member_id;

// @ts-expect-error a list without the keys of its next page
export const unpaged: CoreReply<'listGroups'> = { status: 200, data: [] };

export const paged: CoreReply<'listGroups'> = { status: 200, data: [], next: null };
