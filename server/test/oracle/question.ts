import type { ResourceRow, Scope } from './world.ts';

/** Every reason for a deny, in the order in which an answer looks for them. */
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

/** One of the 17 reasons for a deny. */
export type DenyCode = (typeof denyCodes)[number];

/** The actor as sent. The descriptive fields are Context Mode's alone; statuses default to `active`. */
export interface AskedActor {
  user_id: string;
  member_id: string;
  user_member_id: string;
  space_id: string;
  user_email?: string;
  user_status?: 'active' | 'disabled';
  member_display_name?: string;
  member_status?: 'active' | 'disabled';
  binding_status?: 'active' | 'revoked';
  relation_type?: string;
  space_name?: string;
  space_status?: 'active' | 'disabled';
}

/** A target described in the request itself; type and id stand beside it in the question. */
export interface InlineResource {
  space_id: string;
  group_id?: string;
  group_path?: string;
  owner_member_id?: string;
  status?: ResourceRow['status'];
}

/** A grant asserted in Context Mode. Resource and action default to the asked ones, Space to the actor's. */
export interface InlineGrant {
  role_key?: string;
  resource?: string;
  action?: string;
  scope: Scope;
  space_id?: string;
  scope_anchor_group_id?: string;
  scope_anchor_group_path?: string;
}

/** How far the asking credential sees: a stored resource beyond it is answered like an unknown one. */
export type Reach =
  | { level: 'instance' }
  | { level: 'space'; space_id: string }
  | { level: 'group'; space_id: string; group_id: string };

interface Asked {
  actor: AskedActor;
  resource_type: string;
  resource_id: string;
  action: string;
  reach: Reach;
}

/** Actor, grants and target all from the tables. */
export interface ManagedQuestion extends Asked {
  kind: 'managed';
}

/** Actor and grants from the tables, the target as described: nothing is merged with a stored row. */
export interface ProposedQuestion extends Asked {
  kind: 'proposed';
  resource: InlineResource;
}

/** Actor, grants and target as asserted; only the registry is read. Absent grants are no grants. */
export interface ContextQuestion extends Asked {
  kind: 'context';
  resource: InlineResource;
  grants?: InlineGrant[];
}

/** A request that has passed validation and the guard. */
export type Question = ManagedQuestion | ProposedQuestion | ContextQuestion;

/** One grant that was weighed, with its verdict; `member_role_id` is null in Context Mode. */
export interface Candidate {
  member_role_id: string | null;
  role_key: string;
  resource: string;
  action: string;
  scope: Scope;
  anchor_path: string | null;
  covered: boolean;
  deny_code: DenyCode | null;
}

/** Why a grant for the asked resource and action was not weighed; null when it was. */
export type LeftOut =
  | null
  | 'role_disabled'
  | 'permission_disabled'
  | 'revoked'
  | 'not_yet_valid'
  | 'expired'
  | 'foreign_space';

/**
 * One grant for the asked resource and action, weighed or not. A stored one is named by its member role and
 * permission, one of Context Mode by its place in the request's list, counted from 0.
 */
export interface ConsideredGrant {
  member_role_id: string | null;
  permission_id: string | null;
  grant_index: number | null;
  left_out: LeftOut;
}

/** What the written rules make the answer. `considered` is a set: its order means nothing. */
export interface OracleAnswer {
  decision: 'allow' | 'deny';
  deny_code: DenyCode | null;
  candidates: Candidate[];
  considered: ConsideredGrant[];
}
