import { validators } from '../../contract/generated/core/validators/index.ts';
import { bodyViolations } from '../../contract/violations-of.ts';
import type { Problem } from './manifest-parts.ts';

const PLACE = '/manifest';

/** What is wrong with the form of a manifest: the same validator that an installation passes says it. */
export function formProblems(candidate: unknown): Problem[] {
  const { body: validate } = validators.installPlugin;
  // The validator puts defaults in; the caller's manifest stays as it is.
  if (validate === null || validate({ manifest: structuredClone(candidate) })) return [];
  return bodyViolations(validate.errors).map(({ pointer, rule, message }) => ({
    pointer: pointer.startsWith(PLACE) ? pointer.slice(PLACE.length) : pointer,
    rule,
    message,
  }));
}
