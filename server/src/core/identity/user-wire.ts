import type { components } from '../../contract/generated/core/types.ts';
import type { User } from './entities.ts';

/** A User as the contract shows it: without the password in any form. */
export function userOnWire(user: User): components['schemas']['User'] {
  return {
    id: user.id,
    email: user.email,
    username: user.username ?? null,
    phone: user.phone ?? null,
    status: user.status,
    metadata: user.metadata,
    password_changed_at: user.passwordChangedAt?.toISOString() ?? null,
    last_login_at: user.lastLoginAt?.toISOString() ?? null,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
  };
}
