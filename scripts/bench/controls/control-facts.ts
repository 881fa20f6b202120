/** What a control finds in the tables about a question, as plain columns. */
export type ControlFacts = {
  readonly actor: {
    readonly email: string;
    readonly user_status: string;
    readonly display_name: string;
    readonly member_status: string;
    readonly relation_type: string;
    readonly binding_status: string;
    readonly is_primary: boolean;
    readonly space_name: string;
    readonly space_status: string;
  };
  readonly registry: {
    readonly type_id: string;
    readonly type_name: string;
    readonly type_status: string;
    readonly source: string;
    readonly action_id: string;
    readonly action_name: string;
    readonly action_status: string;
    readonly risk_level: string;
    readonly audit_default: boolean;
  };
  readonly target: {
    readonly status: string;
    readonly visibility: string;
    readonly owner_member_id: string | null;
    readonly group_id: string | null;
    readonly group_path: string | null;
    readonly group_status: string | null;
  };
  readonly grants: readonly ControlGrant[];
};

/** A permission that an assignment brings and that the question is about. */
export type ControlGrant = {
  readonly member_role_id: string;
  readonly role_id: string;
  readonly role_key: string;
  readonly permission_id: string;
  readonly scope: string;
  readonly anchor_id: string | null;
  readonly anchor_path: string | null;
};

/** The decision of a control. */
export type ControlVerdict = {
  readonly denyCode: string | null;
  /** For each grant whether it reaches the target. */
  readonly covered: readonly boolean[];
};

/** Decides in the way that a backend without Plystra would write down: does any grant reach the target? */
export function decideControl(facts: ControlFacts): ControlVerdict {
  const { actor, registry, target, grants } = facts;
  const covered = grants.map((grant) => reaches(grant, target.group_path));
  const code = (): string | null => {
    if (actor.user_status !== 'active') return 'ACTOR_USER_INACTIVE';
    if (actor.member_status !== 'active') return 'ACTOR_MEMBER_INACTIVE';
    if (actor.space_status !== 'active') return 'SPACE_INACTIVE';
    if (actor.binding_status !== 'active') return 'USER_MEMBER_REVOKED';
    if (registry.type_status !== 'active' || registry.action_status !== 'active')
      return 'RESOURCE_TYPE_INACTIVE';
    if (target.status !== 'active' || target.group_status !== 'active') return 'RESOURCE_INACTIVE';
    if (grants.length === 0) return 'NO_MATCHING_PERMISSION';
    return covered.includes(true) ? null : 'SCOPE_OUT_OF_BOUNDS';
  };
  return { denyCode: code(), covered };
}

function reaches({ scope, anchor_path: anchor }: ControlGrant, path: string | null): boolean {
  if (scope === 'space') return true;
  if (anchor === null || path === null) return false;
  return path === anchor || (scope === 'group_tree' && path.startsWith(`${anchor}.`));
}
