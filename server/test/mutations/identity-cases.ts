import { after, type CasesOf, carriedOutBefore, onNew, staleVersion } from './mutation-case.ts';
import type { MutationWorld } from './mutation-world.ts';

const SPACE = '/api/v1/spaces/space_1';

const newUser = (world: MutationWorld) => {
  const id = world.name('user');
  return world.made('/api/v1/users', { id, email: `${id}@example.com` });
};
const newSpace = (world: MutationWorld) =>
  world.made('/api/v1/spaces', { id: world.name('space_n'), name: 'New' });
const newGroup = (world: MutationWorld) => world.made(`${SPACE}/groups`, { path: world.name('group') });
const newMember = (world: MutationWorld) => world.made(`${SPACE}/members`, { display_name: 'New' });
const newBinding = async (world: MutationWorld) =>
  world.made(`${SPACE}/user-members`, {
    user_id: (await newUser(world)).id,
    member_id: 'member_2',
    relation_type: 'self',
  });

/** A User, Member, Group and Space that other cases need. */
export const makers = { newUser, newSpace, newGroup, newMember };

/** Users, Spaces, Groups, Members and bindings. */
export const identityCases: CasesOf<
  | 'createUser'
  | 'updateUser'
  | 'disableUser'
  | 'restoreUser'
  | 'createSpace'
  | 'updateSpace'
  | 'disableSpace'
  | 'restoreSpace'
  | 'createGroup'
  | 'updateGroup'
  | 'moveGroup'
  | 'disableGroup'
  | 'restoreGroup'
  | 'createMember'
  | 'updateMember'
  | 'disableMember'
  | 'restoreMember'
  | 'createUserMember'
  | 'updateUserMember'
  | 'revokeUserMember'
> = {
  createUser: [
    {
      prepare: async (world) => {
        const id = world.name('user');
        const password = `${world.name('lantern')} over the quiet water`;
        world.secrets.add(password);
        const metadata = { api_key: 'metadata-that-is-secret', note: 'kept' };
        world.secrets.add(metadata.api_key);
        return { body: { id, email: `${id}@example.com`, password, metadata } };
      },
      refused: carriedOutBefore('USER_CREATE_FAILED'),
    },
  ],
  updateUser: [
    {
      prepare: async (world) => {
        const password = `${world.name('harbour')} under the quiet stars`;
        world.secrets.add(password);
        return { params: { user_id: (await newUser(world)).id }, body: { username: 'Renamed', password } };
      },
      refused: staleVersion,
    },
  ],
  disableUser: [
    {
      about: 'a User with a session, which ends',
      prepare: async (world) => ({ params: { user_id: (await world.loggedIn()).userId } }),
      refused: staleVersion,
    },
  ],
  restoreUser: [{ prepare: after('disable', 'user_id', '/api/v1/users', newUser), refused: staleVersion }],
  createSpace: [
    {
      prepare: async (world) => ({ body: { id: world.name('space_n'), name: 'New' } }),
      refused: carriedOutBefore('SPACE_CREATE_FAILED'),
    },
  ],
  updateSpace: [{ prepare: onNew('space_id', newSpace, { name: 'Renamed' }), refused: staleVersion }],
  disableSpace: [{ prepare: onNew('space_id', newSpace), refused: staleVersion }],
  restoreSpace: [
    { prepare: after('disable', 'space_id', '/api/v1/spaces', newSpace), refused: staleVersion },
  ],
  createGroup: [
    {
      prepare: async (world) => ({ body: { path: world.name('group') } }),
      refused: carriedOutBefore('GROUP_CREATE_FAILED'),
    },
  ],
  updateGroup: [{ prepare: onNew('group_id', newGroup, { name: 'Renamed' }), refused: staleVersion }],
  moveGroup: [
    {
      about: 'with a Group below it',
      prepare: async (world) => {
        const group = await newGroup(world);
        await world.made(`${SPACE}/groups`, { path: `${String(group['path'])}.below` });
        return { params: { group_id: group.id }, body: { parent_group_id: 'group_1' } };
      },
      refused: staleVersion,
    },
  ],
  disableGroup: [{ prepare: onNew('group_id', newGroup), refused: staleVersion }],
  restoreGroup: [
    { prepare: after('disable', 'group_id', `${SPACE}/groups`, newGroup), refused: staleVersion },
  ],
  createMember: [
    {
      prepare: async (world) => ({ body: { id: world.name('member'), display_name: 'New' } }),
      refused: carriedOutBefore('MEMBER_CREATE_FAILED'),
    },
  ],
  updateMember: [
    { prepare: onNew('member_id', newMember, { display_name: 'Renamed' }), refused: staleVersion },
  ],
  disableMember: [{ prepare: onNew('member_id', newMember), refused: staleVersion }],
  restoreMember: [
    { prepare: after('disable', 'member_id', `${SPACE}/members`, newMember), refused: staleVersion },
  ],
  createUserMember: [
    {
      prepare: async (world) => {
        const id = world.name('binding');
        const userId = (await newUser(world)).id;
        return { body: { id, user_id: userId, member_id: 'member_2', relation_type: 'self' } };
      },
      refused: carriedOutBefore('USER_MEMBER_CREATE_FAILED'),
    },
  ],
  updateUserMember: [
    { prepare: onNew('user_member_id', newBinding, { relation_type: 'delegate' }), refused: staleVersion },
  ],
  revokeUserMember: [
    { prepare: onNew('user_member_id', newBinding, { revoked_reason: 'Over' }), refused: staleVersion },
  ],
};
