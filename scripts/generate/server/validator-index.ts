import { camel, kebab, key, origin } from '../print.ts';

/** The validators of an operation by the names under which they are exported. */
export interface OperationValidators {
  id: string;
  params: string;
  body: string | null;
  responses: readonly [status: string, name: string][];
}

/** The declarations beside a module of validators. */
export function printValidatorDeclarations(names: readonly string[], source: string): string {
  return [
    `// ${origin(source)}`,
    "import type { ValidateFunction } from 'ajv';",
    '',
    ...[...names].sort().map((name) => `export const ${name}: ValidateFunction;`),
    '',
  ].join('\n');
}

/** `validators/index.ts`: the validators of every operation, by operation id. */
export function printValidatorIndex(
  index: readonly [tag: string, OperationValidators[]][],
  source: string,
): string {
  const entries = index
    .flatMap(([tag, operations]) => operations.map((each) => ({ ...each, module: camel(tag) })))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, params, body, responses, module }) => {
      const answers = responses.map(([status, name]) => `${key(status)}: ${module}.${name}`).join(', ');
      return [
        `  ${id}: {`,
        `    params: ${module}.${params},`,
        `    body: ${body === null ? 'null' : `${module}.${body}`},`,
        `    responses: ${answers === '' ? '{}' : `{ ${answers} }`},`,
        '  },',
      ].join('\n');
    });
  return [
    `// ${origin(source)}`,
    "import type { ValidateFunction } from 'ajv';",
    "import type { OperationId } from '../operations.ts';",
    ...index.map(([tag]) => `import * as ${camel(tag)} from './${kebab(tag)}.js';`).sort(),
    '',
    "export { validateErrorEnvelope } from './error-envelope.js';",
    '',
    '/** The validators of one operation. A validator leaves what it found in `errors` until it is called again. */',
    'export interface OperationValidators {',
    '  /** Path, query and named header parameters, decoded, in one object by wire name. Fills defaults in. */',
    '  readonly params: ValidateFunction;',
    '  /** The request body, or null where the operation takes none. Fills defaults in. */',
    '  readonly body: ValidateFunction | null;',
    '  /** JSON bodies of success answers, by status. */',
    '  readonly responses: Readonly<Record<number, ValidateFunction>>;',
    '}',
    '',
    '/** The validators of all operations, by operation id. */',
    'export const validators: Readonly<Record<OperationId, OperationValidators>> = {',
    ...entries,
    '};',
    '',
  ].join('\n');
}
