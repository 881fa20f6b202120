import type { Wire } from './api-client.ts';

/** What a decision rests on, in one sentence for people, taken from its trace; null when the reason says it all. */
export function inWords({
  allow,
  deny_code: denyCode,
  trace,
  matched_candidates: candidates,
}: Wire['AuthzDecision']) {
  const binding = trace?.actor?.user_member;
  switch (denyCode) {
    case 'USER_MEMBER_REVOKED':
      return binding && `${binding.id} stays on record, and nobody can act by it any more.`;
    case 'USER_MEMBER_EXPIRED':
      return binding?.expires_at && `${binding.id} counted until ${day(binding.expires_at)}.`;
    default:
      return allow || denyCode === 'SCOPE_OUT_OF_BOUNDS' ? reach(candidates?.[0], trace) : null;
  }
}

function reach(
  candidate: Wire['TraceCandidate'] | undefined,
  trace: Wire['AuthzTrace'] | null,
): string | null {
  const { member } = trace?.actor ?? {};
  const { resource } = trace?.target ?? {};
  if (!candidate || !member || !resource) return null;
  const anchor = candidate.scope_anchor?.path ?? 'no Group';
  const where = resource.group_path ?? 'no Group';
  return (
    `${member.display_name} holds ${candidate.role.key} for ${anchor} and all below it; ` +
    `${resource.display_name ?? resource.id} is in ${where}.`
  );
}

function day(instant: string): string {
  return instant.slice(0, 10);
}
