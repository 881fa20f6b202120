import { asking, type Kind, switching, varied } from './kind.ts';

/** Changes of resources, and of what was not there when it was asked for first. */
export const resourceKinds: readonly Kind[] = [
  asking('Group of a resource', ({ stage, at, resource, groups }) => {
    const put = (group_id: string) => () =>
      stage.change('PATCH', `${at}/resources/${resource}`, { group_id });
    return { SCOPE_OUT_OF_BOUNDS: put(groups.c), allow: put(groups.ab) };
  }),
  asking(
    'owner of a resource',
    ({ stage, at, resource, member, otherMember }) => {
      const give = (owner: string) => () =>
        stage.change('PATCH', `${at}/resources/${resource}`, { owner_member_id: owner });
      return { SCOPE_OUT_OF_BOUNDS: give(otherMember), allow: give(member) };
    },
    (world) => varied(world, { action: 'keep' }),
  ),
  switching('archived resource', 'RESOURCE_INACTIVE', ({ at, resource }) => `${at}/resources/${resource}`, [
    'archive',
    'restore',
  ]),
  {
    name: 'new resource',
    turns: async (world) => {
      const { stage, space, type, groups } = world;
      let id = '';
      const question = () => varied(world, { resource_id: id });
      return [
        {
          expected: 'RESOURCE_NOT_FOUND',
          change: async () => {
            id = stage.name('resource_n');
            return question();
          },
        },
        {
          expected: 'allow',
          change: async () => {
            const body = { id, space_id: space, resource_type: type, group_id: groups.ab };
            await stage.change('POST', '/resources', body);
            return question();
          },
        },
      ];
    },
  },
  {
    name: 'new User, Member, binding, role and resource',
    turns: async (world) => {
      const { stage, at, space, type, groups, permission } = world;
      let ids = { user: '', member: '', binding: '', role: '', resource: '' };
      const question = () =>
        varied(world, {
          resource_id: ids.resource,
          actor: {
            ...{ user_id: ids.user, member_id: ids.member, user_member_id: ids.binding, space_id: space },
          },
        });
      return [
        {
          expected: 'ACTOR_NOT_FOUND',
          change: async () => {
            const n = stage.name('n');
            ids = {
              ...{ user: `user_${n}`, member: `member_${n}`, binding: `binding_${n}` },
              ...{ role: `role_${n}`, resource: `resource_${n}` },
            };
            return question();
          },
        },
        {
          expected: 'allow',
          change: async () => {
            const { user, member, binding, role, resource } = ids;
            const change = (path: string, body: unknown) => stage.change('POST', path, body);
            await change('/users', { id: user, email: `${user}@example.com` });
            await change(`${at}/members`, { id: member, display_name: 'New' });
            const bound = { user_id: user, member_id: member, relation_type: 'self' };
            await change(`${at}/user-members`, { id: binding, ...bound });
            const placed = { space_id: space, resource_type: type, group_id: groups.ab };
            await change('/resources', { id: resource, ...placed });
            await change(`${at}/roles`, { id: role, key: role, name: 'New' });
            await change(`${at}/role-permissions`, { role_id: role, permission_id: permission });
            const assigned = { member_id: member, role_id: role, scope_anchor_group_id: groups.a };
            await change(`${at}/member-roles`, assigned);
            return question();
          },
        },
      ];
    },
  },
];
