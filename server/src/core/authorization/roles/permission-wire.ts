import type { components } from '../../../contract/generated/core/types.ts';
import type { Permission } from '../entities.ts';

/** A Permission as the contract shows it. */
export function permissionOnWire(permission: Permission): components['schemas']['Permission'] {
  return {
    id: permission.id,
    resource: permission.resource,
    action: permission.action,
    scope: permission.scope,
    description: permission.description ?? null,
    status: permission.status,
    metadata: permission.metadata,
    created_at: permission.createdAt.toISOString(),
    updated_at: permission.updatedAt.toISOString(),
  };
}
