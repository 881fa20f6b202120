import type { ErrorObject } from 'ajv';
import type { OperationParameter } from './operation.ts';
import { patternWords } from './pattern-words.ts';
import { longestPointer, mostViolations, pointerSegment, type Violation } from './violation.ts';

/** The violations that AJV found in a body. */
export function bodyViolations(errors: readonly ErrorObject[] | null | undefined): Violation[] {
  return telling(errors)
    .slice(0, mostViolations)
    .map((error) => ({ in: 'body' as const, ...describe(error) }));
}

/** The violations that AJV found in decoded parameters. */
export function parameterViolations(
  errors: readonly ErrorObject[] | null | undefined,
  parameters: readonly OperationParameter[],
): Violation[] {
  return telling(errors)
    .slice(0, mostViolations)
    .map((error) => {
      const described = describe(error);
      const name = described.pointer.slice(1).split('/')[0]?.replaceAll('~1', '/').replaceAll('~0', '~');
      return { in: parameters.find((parameter) => parameter.name === name)?.in ?? 'query', ...described };
    });
}

/**
 * A nullable object is two branches to the validator. What is wrong inside the object is what tells; that it is not
 * null either, and so matches no branch, does not. Nor does a format where the pattern has been told.
 */
function telling(errors: readonly ErrorObject[] | null | undefined): readonly ErrorObject[] {
  const found = errors ?? [];
  const inside = found.filter(({ keyword, params }) => keyword !== 'anyOf' && params['type'] !== 'null');
  const mismatched = new Set(
    inside.filter(({ keyword }) => keyword === 'pattern').map(({ instancePath }) => instancePath),
  );
  const once = inside.filter(
    ({ keyword, instancePath }) => keyword !== 'format' || !mismatched.has(instancePath),
  );
  return once.length > 0 ? once : found;
}

function describe(error: ErrorObject): Omit<Violation, 'in'> {
  const params = error.params as Readonly<Record<string, unknown>>;
  const child = params['missingProperty'] ?? params['additionalProperty'] ?? params['unevaluatedProperty'];
  const tag = error.keyword === 'discriminator' ? params['tag'] : undefined;
  const name = typeof child === 'string' ? child : typeof tag === 'string' ? tag : null;
  return {
    pointer: (error.instancePath + (name === null ? '' : pointerSegment(name))).slice(0, longestPointer),
    rule: error.keyword,
    message: sentence(error, params).slice(0, 1000),
  };
}

function sentence(error: ErrorObject, params: Readonly<Record<string, unknown>>): string {
  switch (error.keyword) {
    case 'required':
      return 'This field is required.';
    case 'additionalProperties':
      return 'There is no such field here.';
    case 'enum':
      return `must be one of ${JSON.stringify(params['allowedValues'])}`;
    case 'const':
      return `must be ${JSON.stringify(params['allowedValue'])}`;
    case 'pattern':
      return patternWords(params['pattern']) ?? error.message ?? 'is not valid';
    case 'minProperties':
      return `must have at least ${params['limit'] === 1 ? 'one field' : `${params['limit']} fields`}`;
    default:
      return error.message ?? 'is not valid';
  }
}
