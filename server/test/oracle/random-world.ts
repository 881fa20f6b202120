import { type Draft, startDraft } from './draft.ts';
import { draftIdentity } from './draft-identity.ts';
import { draftQuestions } from './draft-questions.ts';
import { draftRegistry } from './draft-registry.ts';
import { draftRoles } from './draft-roles.ts';
import type { Question } from './question.ts';
import type { World } from './world.ts';

/** A world, what to ask about it, and the instant at which to ask. */
export interface RandomWorld {
  world: World;
  questions: Question[];
  now: string;
}

/**
 * A small adversarial world that the database's constraints admit, the same for the same arguments. Every id,
 * resource key and email begins with `prefix` (a lower-case letter, then a-z, 0-9, `_`), so that worlds of
 * different prefixes share one database without touching. `now` may be given where the clock cannot be chosen.
 */
export function randomWorld(seed: number, prefix: string, now: string = instantOf(seed)): RandomWorld {
  const draft: Draft = startDraft(seed, prefix, now);
  draftIdentity(draft);
  draftRegistry(draft);
  draftRoles(draft);
  return { world: draft.world, questions: draftQuestions(draft), now };
}

function instantOf(seed: number): string {
  return new Date(Date.UTC(2026, 4, 6) + (seed % 1_000_000) * 61_007).toISOString();
}
