import { isDeepStrictEqual } from 'node:util';
import { type Call, unexpected, type Wire } from './api-client.ts';
import { DemoFailure } from './demo-failure.ts';
import { revocation, type Step } from './scenario.ts';

/** How many things were made, and how many were there already. */
export type Loaded = { readonly made: number; readonly there: number };

/**
 * Makes what is missing of the scenario, step by step.
 *
 * @throws DemoFailure when a step fails, or when something else has one of the scenario's ids
 */
export async function loadScenario(call: Call, steps: readonly Step[]): Promise<Loaded> {
  let made = 0;
  for (const step of steps) {
    if (await make(call, step)) made += 1;
  }
  const revoked = await call(revocation.path, revocation.body);
  if (!revoked.ok) throw unexpected('Revoking a binding', revoked);
  return { made, there: steps.length - made };
}

/** Gives true when it was made just now, false when it was there. */
async function make(call: Call, step: Step): Promise<boolean> {
  const answer = await call(step.path, step.body);
  if (answer.ok) return answer.status === 201;
  if (answer.status !== 409 || step.kept === null) throw unexpected(`Making the ${step.what}`, answer);
  const found = await call(step.kept);
  if (found.ok) return requireSame(step, found.data as Readonly<Record<string, unknown>>);
  if (found.status !== 404) throw unexpected(`Reading the ${step.what}`, found);
  // Its id is free or somebody else's, and what collided is another field.
  throw taken(step, answer.error);
}

/** Passwords are never shown, so they are not compared. */
function requireSame(step: Step, found: Readonly<Record<string, unknown>>): false {
  for (const [field, wanted] of Object.entries(step.body)) {
    if (field === 'password' || isDeepStrictEqual(found[field], wanted)) continue;
    throw new DemoFailure(
      1,
      `The ${step.what} is there already and not the demo's: its ${field} is ${JSON.stringify(found[field])}, ` +
        `where the demo has ${JSON.stringify(wanted)}.\nRun the demo on an instance without it.`,
    );
  }
  return false;
}

function taken(step: Step, error: Wire['ErrorBody']): DemoFailure {
  return new DemoFailure(
    1,
    `The ${step.what} cannot be made: ${error.message} ${JSON.stringify(error.details)}\n` +
      'Something of this instance is in the way. Run the demo on another one.',
  );
}
