import { ApiError } from '../../contract/api-error.ts';
import type { Principal } from '../../contract/ports.ts';
import type { Mutation } from '../kernel/index.ts';

/** The caller of a mutation, read again in its transaction. @throws ApiError AUTHENTICATION_REQUIRED without one */
export function principalOf(mutation: Mutation): Principal {
  if (mutation.access === null) throw new ApiError('AUTHENTICATION_REQUIRED');
  return mutation.access.principal;
}
