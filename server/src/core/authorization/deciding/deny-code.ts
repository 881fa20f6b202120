/** Why a decision is deny. Closed: the engine answers no other code. */
export const denyCodes = [
  'ACTOR_NOT_FOUND',
  'ACTOR_USER_INACTIVE',
  'ACTOR_MEMBER_INACTIVE',
  'SPACE_INACTIVE',
  'USER_MEMBER_REVOKED',
  'USER_MEMBER_EXPIRED',
  'INVALID_RESOURCE_TYPE',
  'INVALID_RESOURCE_ACTION',
  'RESOURCE_TYPE_INACTIVE',
  'RESOURCE_NOT_FOUND',
  'CROSS_SPACE_VIOLATION',
  'RESOURCE_INACTIVE',
  'NO_MATCHING_PERMISSION',
  'SCOPE_OUT_OF_BOUNDS',
  'TARGET_GROUP_MISSING',
  'SCOPE_ANCHOR_MISSING',
  'GLOBAL_SCOPE_DISABLED',
] as const;

/** One of the codes above. */
export type DenyCode = (typeof denyCodes)[number];

/** One sentence a code, for people who read the answer. */
export const denyReasons: Readonly<Record<DenyCode, string>> = {
  ACTOR_NOT_FOUND: 'No binding ties this User to this Member in this Space.',
  ACTOR_USER_INACTIVE: 'The User is not active.',
  ACTOR_MEMBER_INACTIVE: 'The Member is not active.',
  SPACE_INACTIVE: 'The Space is not active.',
  USER_MEMBER_REVOKED: 'The binding of the User to the Member is revoked.',
  USER_MEMBER_EXPIRED: 'The binding of the User to the Member has expired.',
  INVALID_RESOURCE_TYPE: 'The resource type is not registered.',
  INVALID_RESOURCE_ACTION: 'The action is not registered for this resource type.',
  RESOURCE_TYPE_INACTIVE: 'The resource type or the action is disabled.',
  RESOURCE_NOT_FOUND: 'No such resource is registered within reach.',
  CROSS_SPACE_VIOLATION: 'The resource, its group or every grant belongs to another Space than the actor.',
  RESOURCE_INACTIVE: 'The resource is archived or deleted.',
  NO_MATCHING_PERMISSION: 'No role of the Member permits this action on this resource type.',
  SCOPE_OUT_OF_BOUNDS: 'The Member may do this elsewhere, but its permission does not reach this resource.',
  TARGET_GROUP_MISSING: 'The permission reaches by Group, and the resource is in no active Group.',
  SCOPE_ANCHOR_MISSING: 'The permission reaches by Group, and the role is not anchored at an active Group.',
  GLOBAL_SCOPE_DISABLED: 'The only matching permission has the reserved scope global, which never allows.',
};
