/** How far a permission reaches from the place where its role is assigned. */
export type PermissionScope = 'self' | 'group' | 'group_tree' | 'space' | 'global';

/** Where the facts come from: the tables, the tables with a described resource, or the request alone. */
export type DecisionMode = 'managed' | 'proposed' | 'context';

/** The four ids that name who acts: a User, through a binding, as a Member, inside a Space. */
export type ActorIds = {
  readonly userId: string;
  readonly memberId: string;
  readonly userMemberId: string;
  readonly spaceId: string;
};

/** What is asked. */
export type Question = {
  readonly actor: ActorIds;
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
};

/** The chain User, binding, Member, Space as it is on record, or as the trusted backend asserted it. */
export type ActorFacts = {
  readonly user: {
    readonly id: string;
    /** As it was asserted; null for a stored User. */
    readonly email: string | null;
    readonly status: string;
  };
  readonly member: {
    readonly id: string;
    readonly spaceId: string;
    readonly displayName: string;
    readonly status: string;
  };
  readonly userMember: {
    readonly id: string;
    readonly userId: string;
    readonly memberId: string;
    readonly spaceId: string;
    readonly relationType: string;
    readonly status: string;
    readonly isPrimary: boolean;
    readonly expiresAt: number | null;
  };
  readonly space: { readonly id: string; readonly name: string; readonly status: string };
};

/** A Group at one end of a scope check. At least one of id and path is known. */
export type GroupFacts = {
  readonly id: string | null;
  readonly spaceId: string;
  readonly path: string | null;
  readonly status: string;
  /** Whether it and every Group above it is active. A Group that is not usable counts as missing. */
  readonly usable: boolean;
};

/** The resource that the question is about, with its Group if it names one. */
export type TargetFacts = {
  readonly id: string;
  readonly externalId: string | null;
  readonly type: string;
  readonly spaceId: string;
  readonly ownerMemberId: string | null;
  readonly displayName: string | null;
  readonly visibility: string | null;
  readonly status: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly group: GroupFacts | null;
};

/** The registered type of the resource. */
export type ResourceTypeFacts = {
  readonly id: string;
  readonly key: string;
  readonly displayName: string;
  readonly description: string | null;
  readonly status: string;
  readonly source: string;
  readonly metadata: Readonly<Record<string, unknown>>;
};

/** The registered action. */
export type ResourceActionFacts = {
  readonly id: string;
  readonly resourceTypeId: string;
  readonly key: string;
  readonly displayName: string;
  readonly description: string | null;
  readonly riskLevel: string;
  readonly auditDefault: boolean;
  readonly status: string;
  readonly metadata: Readonly<Record<string, unknown>>;
};

/** How rows of the type are stored. Recorded in the trace, never a reason to deny. */
export type ResourceMappingFacts = {
  readonly id: string;
  readonly resourceTypeId: string;
  readonly storageKind: string;
  readonly tableName: string | null;
  readonly idField: string;
  readonly spaceField: string;
  readonly groupField: string | null;
  readonly ownerMemberField: string | null;
  readonly visibilityField: string | null;
  readonly metadataField: string | null;
  readonly status: string;
  readonly metadata: Readonly<Record<string, unknown>>;
};

/** One permission that one assignment of a role to the Member brings, whether it counts or not. */
export type GrantFacts = {
  /** Null in Context Mode, where a grant is not a row. */
  readonly memberRoleId: string | null;
  readonly spaceId: string;
  readonly status: string;
  readonly notBefore: number | null;
  readonly expiresAt: number | null;
  readonly role: {
    readonly id: string | null;
    readonly key: string;
    readonly spaceId: string;
    readonly status: string;
  };
  readonly permission: {
    readonly id: string | null;
    readonly resource: string;
    readonly action: string;
    readonly scope: PermissionScope;
    readonly status: string;
  };
  readonly anchor: GroupFacts | null;
};

/**
 * All that a decision rests on, gathered before it is made. Null stands for "not there".
 */
export type Facts = {
  readonly mode: DecisionMode;
  readonly question: Question;
  readonly actor: ActorFacts | null;
  readonly resourceType: ResourceTypeFacts | null;
  readonly resourceAction: ResourceActionFacts | null;
  readonly resourceMapping: ResourceMappingFacts | null;
  readonly target: TargetFacts | null;
  readonly grants: readonly GrantFacts[];
};
