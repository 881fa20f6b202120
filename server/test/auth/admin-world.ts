import { openAuthWorld } from './auth-world.ts';

const seed = `
insert into spaces (id, name) values ('space_a', 'A'), ('space_b', 'B');
insert into groups (id, space_id, parent_group_id, name, path, depth) values
  ('group_fin', 'space_a', null, 'Finance', 'fin', 0), ('group_ap', 'space_a', 'group_fin', 'AP', 'fin.ap', 1),
  ('group_fin2', 'space_a', null, 'Finance 2', 'fin2', 0), ('group_b', 'space_b', null, 'Finance', 'fin', 0);
insert into members (id, space_id, display_name) values ('member_a', 'space_a', 'Ann'), ('member_b', 'space_b', 'Bea')`;

/** Who administers what in the tests: User, level, Space, Group, permission key. */
const grants = [
  ['user_inst', 'instance_admin', null, null, 'api_keys:*'],
  ['user_inst', 'instance_admin', null, null, 'admin_grants:manage'],
  ['user_inst', 'instance_admin', null, null, 'groups:read'],
  ['user_space', 'space_admin', 'space_a', null, 'api_keys:manage'],
  ['user_space', 'space_admin', 'space_a', null, 'admin_grants:manage'],
  ['user_space', 'space_admin', 'space_a', null, 'groups:*'],
  ['user_space', 'space_admin', 'space_a', null, 'members:read'],
  ['user_space', 'space_admin', 'space_b', null, 'audit:read'],
  ['user_group', 'group_admin', 'space_a', 'group_fin', 'api_keys:manage'],
  ['user_group', 'group_admin', 'space_a', 'group_fin2', 'audit:read'],
  ['user_group', 'group_admin', 'space_a', 'group_fin', 'admin_grants:manage'],
  ['user_group', 'group_admin', 'space_a', 'group_fin', 'groups:read'],
  ['user_other', 'space_admin', 'space_b', null, '*'],
] as const;

/** The auth world with two Spaces, Groups, and a session for each kind of administrator. */
export async function openAdminWorld() {
  const world = await openAuthWorld();
  const { access_token: root } = await world.bootstrap();
  await world.services.database.pool.query(seed);
  const sessions: Record<string, string> = { root: root as string };
  for (const id of ['user_inst', 'user_space', 'user_group', 'user_other', 'user_plain']) {
    await world.addUser(id);
    sessions[id.slice('user_'.length)] = (await world.logIn(id)).access_token;
  }
  for (const [at, values] of grants.entries()) {
    await world.rows(
      `insert into admin_grants (id, user_id, level, space_id, group_id, permission_key)
       values ($1, $2, $3, $4, $5, $6)`,
      [`ag_${at}`, ...values],
    );
  }
  /** The access token of an administrator: root, inst, space, group, other or plain. */
  const as = (who: string): string => {
    const token = sessions[who];
    if (token === undefined) throw new Error(`There is no ${who}.`);
    return token;
  };
  return { ...world, as };
}

/** The world of the control plane's tests. */
export type AdminWorld = Awaited<ReturnType<typeof openAdminWorld>>;
