import { asking, type Kind, switching, varied } from './kind.ts';

/** Changes of what is kept in memory as a whole: roles, bindings, Users, Members, Spaces, Groups, permissions. */
export const graphKinds: readonly Kind[] = [
  switching('role', 'NO_MATCHING_PERMISSION', ({ at, role }) => `${at}/roles/${role}`),
  asking('role of a Member', ({ stage, at, member, role, groups, memberRole }) => {
    let current = memberRole;
    return {
      NO_MATCHING_PERMISSION: () => stage.change('POST', `${at}/member-roles/${current}/revoke`),
      allow: async () => {
        const body = { member_id: member, role_id: role, scope_anchor_group_id: groups.a };
        current = await stage.made(`${at}/member-roles`, body);
      },
    };
  }),
  asking('window of an assignment', ({ stage, at, memberRole }) => {
    const until = (expires_at: string | null) => () =>
      stage.change('PATCH', `${at}/member-roles/${memberRole}`, { expires_at });
    return { NO_MATCHING_PERMISSION: until(new Date().toISOString()), allow: until(null) };
  }),
  asking('permission of a role', ({ stage, at, role, permission, rolePermission }) => {
    let current = rolePermission;
    return {
      NO_MATCHING_PERMISSION: () => stage.change('DELETE', `${at}/role-permissions/${current}`),
      allow: async () => {
        current = await stage.made(`${at}/role-permissions`, { role_id: role, permission_id: permission });
      },
    };
  }),
  switching('permission', 'NO_MATCHING_PERMISSION', ({ permission }) => `/permissions/${permission}`),
  {
    name: 'binding',
    turns: async (world) => {
      const { stage, at, user, member } = world;
      let current = world.binding;
      const question = () => varied(world, { actor: { ...actorOf(world), user_member_id: current } });
      return [
        {
          expected: 'USER_MEMBER_REVOKED',
          change: async () => {
            await stage.change('POST', `${at}/user-members/${current}/revoke`);
            return question();
          },
        },
        {
          expected: 'allow',
          change: async () => {
            const body = { user_id: user, member_id: member, relation_type: 'self' };
            current = await stage.made(`${at}/user-members`, body);
            return question();
          },
        },
      ];
    },
  },
  switching('User', 'ACTOR_USER_INACTIVE', ({ user }) => `/users/${user}`),
  switching('Member', 'ACTOR_MEMBER_INACTIVE', ({ at, member }) => `${at}/members/${member}`),
  asking(
    'Space',
    ({ stage, at }) => ({
      SPACE_INACTIVE: () => stage.change('POST', `${at}/disable`),
      allow: () => stage.change('POST', `${at}/restore`),
    }),
    // A key of the Space is none while the Space is disabled.
    (world) => ({ ...world.question, as: world.stage.asker }),
  ),
  switching('Group', 'TARGET_GROUP_MISSING', ({ at, groups }) => `${at}/groups/${groups.ab}`),
  asking('Group that moves', ({ stage, at, groups }) => {
    const move = (parent: string) => () =>
      stage.change('POST', `${at}/groups/${groups.ab}/move`, { parent_group_id: parent });
    return { SCOPE_OUT_OF_BOUNDS: move(groups.c), allow: move(groups.a) };
  }),
  asking('resource type', ({ stage, type }) => {
    const set = (status: string) => () => stage.change('POST', '/resource-types', { key: type, status });
    return { RESOURCE_TYPE_INACTIVE: set('disabled'), allow: set('active') };
  }),
];

function actorOf({ user, member, space }: Parameters<Kind['turns']>[0]) {
  return { user_id: user, member_id: member, space_id: space };
}
