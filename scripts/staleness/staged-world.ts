import type { Credential } from './http-client.ts';
import type { Stage } from './stage.ts';

/** A question, and who asks it. */
export type Question = { readonly as: Credential; readonly body: Readonly<Record<string, unknown>> };

/**
 * What one kind of change is tried on, touched by no other: a Space with the Groups `a`, `a.b` and `c`; a Member, bound
 * to a User, whose role permits the action `use` in `a` and below it, and the action `keep` on what the Member owns;
 * and a resource in `a.b` that is the Member's.
 */
export type StagedWorld = {
  readonly stage: Stage;
  readonly space: string;
  /** Path of the Space. */
  readonly at: string;
  readonly groups: { readonly a: string; readonly ab: string; readonly c: string };
  readonly user: string;
  readonly email: string;
  readonly member: string;
  readonly otherMember: string;
  readonly binding: string;
  readonly type: string;
  readonly permission: string;
  readonly role: string;
  readonly rolePermission: string;
  readonly memberRole: string;
  readonly resource: string;
  /** An API key that may ask in this Space. */
  readonly key: string;
  readonly keyId: string;
  /** The question that is allowed as long as nothing was changed. */
  readonly question: Question;
};

/** The password of the User. */
export const password = 'seven quiet lanterns over water';

/** Makes such a world over HTTP. */
export async function stagedWorld(stage: Stage): Promise<StagedWorld> {
  const { made, name, change } = stage;
  const space = await made('/spaces', { id: name('space'), name: 'Staged' });
  const at = `/spaces/${space}`;
  const groups = {
    a: await made(`${at}/groups`, { path: 'a' }),
    ab: await made(`${at}/groups`, { path: 'a.b' }),
    c: await made(`${at}/groups`, { path: 'c' }),
  };
  const id = name('user');
  const email = `${id}@example.com`;
  const user = await made('/users', { id, email, password });
  const member = await made(`${at}/members`, { display_name: 'One' });
  const otherMember = await made(`${at}/members`, { display_name: 'Other' });
  const binding = await made(`${at}/user-members`, {
    ...{ user_id: user, member_id: member, relation_type: 'self', is_primary: true },
  });
  const type = name('type');
  await made('/resource-types', { key: type });
  const role = await made(`${at}/roles`, { key: 'user', name: 'User' });
  const permit = async (action: string, scope: string) => {
    await made(`/resource-types/${type}/actions`, { key: action });
    const permission = await made('/permissions', { resource: type, action, scope });
    const rolePermission = await made(`${at}/role-permissions`, {
      ...{ role_id: role, permission_id: permission },
    });
    return { permission, rolePermission };
  };
  const { permission, rolePermission } = await permit('use', 'group_tree');
  await permit('keep', 'self');
  const memberRole = await made(`${at}/member-roles`, {
    ...{ member_id: member, role_id: role, scope_anchor_group_id: groups.a },
  });
  const resource = await made('/resources', {
    ...{ space_id: space, resource_type: type, group_id: groups.ab, owner_member_id: member },
  });
  const { data } = await change('POST', '/api-keys', {
    ...{ name: 'Asker', level: 'space', space_id: space, permission_keys: ['authz:check'] },
  });
  const key = String(data['api_key']);
  return {
    ...{ stage, space, at, groups, user, email, member, otherMember, binding, type, permission, role },
    ...{ rolePermission, memberRole, resource, key, keyId: String(data['id']) },
    question: {
      as: { key },
      body: {
        action: 'use',
        resource_type: type,
        resource_id: resource,
        actor: { user_id: user, member_id: member, user_member_id: binding, space_id: space },
      },
    },
  };
}
