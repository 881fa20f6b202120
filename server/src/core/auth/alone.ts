import type { MutationRequest } from '../kernel/index.ts';
import { lockActiveAccount } from './accounts.ts';
import { sessionOf } from './session-of.ts';

/**
 * The request of a User that changes its own login or sessions: its transaction locks the User before the credential is
 * proven again. Every mutation holds its User's row shared, so that this one has them all to itself, and no two of them
 * each hold what the other is about to change.
 */
export function alone<Input extends MutationRequest>(input: Input): Input {
  const { access } = input;
  if (access === null) return input;
  return {
    ...input,
    access: {
      ...access,
      again: async (connection, holding) => {
        await lockActiveAccount(connection, sessionOf(access).userId);
        return access.again(connection, holding);
      },
    },
  };
}
