import type { Contract } from './contracts.ts';

/** A rule over a whole contract: gives the places where it is broken. */
export type ContractRule = (contract: Contract) => Iterable<[pointer: string, message: string]>;
