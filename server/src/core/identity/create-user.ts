import type { components } from '../../contract/generated/core/types.ts';
import { isRefusal, type Refusal, refuseTaken } from '../../contract/refusal.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Mutation } from '../kernel/index.ts';
import { insertOr } from '../kernel/index.ts';
import { type User, UserEntity } from './entities.ts';
import { userOnWire } from './user-wire.ts';

/** Creates a User that is bound to no Member; `passwordHash` is null for one without password. */
export async function createUser(
  mutation: Mutation,
  body: components['schemas']['UserCreate'],
  passwordHash: string | null,
): Promise<User | Refusal<'USER_CREATE_FAILED'>> {
  const user = await insertOr(
    mutation,
    UserEntity,
    {
      id: body.id ?? newId('user'),
      email: body.email.toLowerCase(),
      username: body.username ?? null,
      phone: body.phone ?? null,
      status: body.status ?? 'active',
      passwordHash,
      passwordChangedAt: passwordHash === null ? null : mutation.now,
      metadata: body.metadata ?? {},
    },
    (field) => refuseTaken('USER_CREATE_FAILED', field),
  );
  if (isRefusal(user)) return user;
  await mutation.record({
    action: 'user.created',
    spaceId: null,
    resourceType: 'user',
    resourceId: user.id,
    before: null,
    after: userOnWire(user),
  });
  return user;
}
