import type { components } from '../../../contract/generated/core/types.ts';
import { type Refusal, refuse, refuseInput } from '../../../contract/refusal.ts';
import type { ActorIds, Question } from './facts.ts';

type Wire = components['schemas'];

/** A resource as the request describes it, with its Space named. */
export type InlineResource = Wire['AuthzResource'] & { readonly space_id: string };

/** A question in its mode, with what came inline. */
export type Asked =
  | { readonly mode: 'managed'; readonly question: Question }
  | { readonly mode: 'proposed'; readonly question: Question; readonly resource: InlineResource }
  | {
      readonly mode: 'context';
      readonly question: Question;
      readonly actor: Wire['AuthzActor'];
      readonly resource: InlineResource;
      readonly grants: readonly Wire['AuthzGrant'][];
    };

type Mode = Asked['mode'];

const actorIdFields = new Set(['user_id', 'member_id', 'user_member_id', 'binding_id', 'space_id']);

/**
 * Which mode a body selects. Presence decides, never emptiness: `grants: []` is Context Mode without grants and
 * does not fall back to stored ones.
 */
export function modeOf(body: Wire['AuthzRequest']): Mode {
  const inlineActor = Object.keys(body.actor ?? {}).some((field) => !actorIdFields.has(field));
  if (body.grants !== undefined || inlineActor) return 'context';
  const inlineResource = Object.keys(body.resource ?? {}).some((field) => field !== 'type' && field !== 'id');
  return inlineResource ? 'proposed' : 'managed';
}

/** The four ids of the actor that the body names; null when it names none. */
export function actorIn(body: Wire['AuthzRequest']): ActorIds | null | Refusal<'VALIDATION_FAILED'> {
  const actor = body.actor ?? null;
  if (actor === null) return null;
  const { user_id, member_id, user_member_id, binding_id, space_id } = actor;
  if (user_member_id !== undefined && binding_id !== undefined && user_member_id !== binding_id) {
    return refuseInput(
      '/actor/binding_id',
      'equal',
      'binding_id is another name of user_member_id; they differ.',
    );
  }
  const userMemberId = user_member_id ?? binding_id;
  if (user_id === undefined) return missing('/actor/user_id');
  if (member_id === undefined) return missing('/actor/member_id');
  if (userMemberId === undefined) return missing('/actor/user_member_id');
  if (space_id === undefined) return missing('/actor/space_id');
  return { userId: user_id, memberId: member_id, userMemberId, spaceId: space_id };
}

/** The question of a body for a resolved actor; refused when parts are missing or disagree. */
export function askedIn(body: Wire['AuthzRequest'], actor: ActorIds): Asked | Refusal<'VALIDATION_FAILED'> {
  const mode = modeOf(body);
  const { resource } = body;
  const resourceType = body.resource_type ?? resource?.type;
  if (resourceType === undefined) return missing('/resource_type');
  if (resource?.type !== undefined && resource.type !== resourceType) {
    return refuseInput('/resource/type', 'equal', 'resource.type differs from resource_type.');
  }
  const resourceId = body.resource_id ?? resource?.id ?? resource?.external_id;
  if (resourceId === undefined) return missing('/resource_id');
  if (resource?.id !== undefined && resource.id !== resourceId) {
    return refuseInput('/resource/id', 'equal', 'resource.id differs from resource_id.');
  }
  const question = { actor, action: body.action, resourceType, resourceId };
  if (mode === 'managed') return { mode, question };
  const spaceId = resource?.space_id;
  if (resource === undefined) {
    return refuseInput('/resource', 'required', 'Context Mode describes the resource in the request.');
  }
  if (spaceId === undefined) {
    if (mode === 'proposed' && resource.external_id !== undefined && body.resource_id === undefined) {
      const why = 'A stored resource is named by its id. To describe one inline, name its Space too.';
      return refuseInput('/resource/external_id', 'managed', why);
    }
    const why = 'A resource that is described inline names its Space. For a stored one, send only its id.';
    return refuseInput('/resource/space_id', 'required', why);
  }
  const inline = { ...resource, space_id: spaceId };
  if (mode === 'proposed') return { mode, question, resource: inline };
  return { mode, question, actor: body.actor ?? {}, resource: inline, grants: body.grants ?? [] };
}

/** Inline facts are taken from trusted backends alone. */
export function refuseInline(): Refusal<'INLINE_CONTEXT_REQUIRES_API_KEY'> {
  return refuse('INLINE_CONTEXT_REQUIRES_API_KEY');
}

function missing(pointer: string): Refusal<'VALIDATION_FAILED'> {
  return refuseInput(pointer, 'required', 'This field is required here.');
}
