import type { World } from '../../server/test/oracle/world.ts';
import type { SentQuestion } from './sent-question.ts';

/** What a right answer says. */
export type Expected = { readonly allow: boolean; readonly denyCode: string | null };

/**
 * Answers questions about the measured world by trying every assignment of the Member with every permission of its
 * role, as the documents say it and as plainly as can be. The world has nothing disabled, expired or missing in it.
 */
export function expectedAnswers(world: World): (question: SentQuestion) => Expected {
  const assignments = Map.groupBy(world.member_roles, ({ member_id }) => member_id);
  const ofRole = Map.groupBy(world.role_permissions, ({ role_id }) => role_id);
  const permissions = new Map(world.permissions.map((permission) => [permission.id, permission]));
  const paths = new Map(world.groups.map(({ id, path }) => [id, path]));
  const resources = new Map(world.resources.map((resource) => [resource.id, resource]));
  return (question) => {
    const resource = resources.get(question.resource_id);
    const target = paths.get(resource?.group_id ?? '');
    if (target === undefined) throw new Error(`The world has no Group for ${question.resource_id}.`);
    let candidates = 0;
    for (const { role_id, scope_anchor_group_id } of assignments.get(question.actor.member_id) ?? []) {
      const anchor = paths.get(scope_anchor_group_id ?? '');
      for (const { permission_id } of ofRole.get(role_id) ?? []) {
        const permission = permissions.get(permission_id);
        if (permission?.resource !== question.resource_type || permission.action !== question.action)
          continue;
        candidates += 1;
        if (
          permission.scope === 'space' ||
          target === anchor ||
          (permission.scope === 'group_tree' && target.startsWith(`${anchor}.`))
        ) {
          return { allow: true, denyCode: null };
        }
      }
    }
    return { allow: false, denyCode: candidates === 0 ? 'NO_MATCHING_PERMISSION' : 'SCOPE_OUT_OF_BOUNDS' };
  };
}
