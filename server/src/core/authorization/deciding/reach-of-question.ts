import { anyIncludes, type Place, type Reach, touchesSpace } from '../../../contract/reach.ts';
import { type Refusal, refuse } from '../../../contract/refusal.ts';
import type { Asked } from './asked.ts';
import type { Facts, GroupFacts } from './facts.ts';
import type { FactsSource } from './facts-source.ts';
import type { Soon } from './soon.ts';

/** The refusal of a question that names what the credential may not ask about. */
export function outOfReach(): Refusal<'ADMIN_PERMISSION_REQUIRED'> {
  return refuse('ADMIN_PERMISSION_REQUIRED', { permission: 'authz:check' });
}

/**
 * Whether a credential that may ask in the actor's Space may ask about all else that the request itself names: the
 * place of a described resource, and the place of every asserted grant. Null when it may. A stored resource never counts here.
 */
export function refuseOutOfReach(
  source: FactsSource,
  reaches: readonly Reach[],
  asked: Asked,
): Soon<Refusal<'ADMIN_PERMISSION_REQUIRED'> | null> {
  if (asked.mode === 'managed' || reaches.some(({ level }) => level === 'instance')) return null;
  return refuseNamed(source, reaches, asked);
}

async function refuseNamed(
  source: FactsSource,
  reaches: readonly Reach[],
  asked: Exclude<Asked, { mode: 'managed' }>,
): Promise<Refusal<'ADMIN_PERMISSION_REQUIRED'> | null> {
  const { resource } = asked;
  const target = await namedPlace(source, resource.space_id, resource.group_id, resource.group_path);
  if (target === null || !anyIncludes(reaches, target)) return outOfReach();
  if (asked.mode === 'proposed') return null;
  for (const grant of asked.grants) {
    const spaceId = grant.space_id ?? asked.question.actor.spaceId;
    const { scope_anchor_group_id: id, scope_anchor_group_path: path } = grant;
    const anchored = id !== undefined || path !== undefined;
    const place = anchored ? await namedPlace(source, spaceId, id, path) : null;
    const reached = anchored ? place !== null && anyIncludes(reaches, place) : touchesSpace(reaches, spaceId);
    if (!reached) return outOfReach();
  }
  return null;
}

/**
 * A Group of the Space that Core knows stands at its stored path, and no other may be asserted; an unknown one needs its
 * path. One of another Space counts as unknown, so that nobody learns what exists there.
 */
async function namedPlace(
  source: FactsSource,
  spaceId: string,
  id: string | undefined,
  path: string | undefined,
): Promise<Place | null> {
  if (id === undefined) return path === undefined ? { kind: 'space', spaceId } : groupPlace(spaceId, path);
  const known = await source.group(id);
  if (known === null || known.spaceId !== spaceId) {
    return path === undefined ? { kind: 'space', spaceId } : groupPlace(spaceId, path);
  }
  if (known.path === null || (path !== undefined && path !== known.path)) return null;
  return groupPlace(spaceId, known.path);
}

function groupPlace(spaceId: string, groupPath: string): Place {
  return { kind: 'group', spaceId, groupPath };
}

/** A stored resource, or the stored Group of a described one, out of the credential's reach counts as not existing. */
export function hideOutOfReach(facts: Facts, reaches: readonly Reach[]): Facts {
  const { target } = facts;
  if (facts.mode === 'context' || target === null) return facts;
  if (facts.mode === 'proposed') {
    const seen = target.group === null || touchesSpace(reaches, target.group.spaceId);
    return seen ? facts : { ...facts, target: { ...target, group: null } };
  }
  return anyIncludes(reaches, placeOfTarget(target.spaceId, target.group))
    ? facts
    : { ...facts, target: null };
}

function placeOfTarget(spaceId: string, group: GroupFacts | null): Place {
  return group === null || group.path === null ? { kind: 'space', spaceId } : groupPlace(spaceId, group.path);
}
