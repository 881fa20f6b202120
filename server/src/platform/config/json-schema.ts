import { acceptedBy } from './accepted.ts';
import { FALSE_WORDS, TRUE_WORDS } from './parse-value.ts';
import { isSecretVariable, type Variable } from './variable.ts';
import { VARIABLE_LIST } from './variables.ts';

/** A JSON Schema or a part of one. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/**
 * A JSON Schema (draft 2020-12) of the environment: texts by name. It knows the form of each variable and which ones
 * are required when; ranges of durations and comparisons of variables are left to the program.
 */
export function configJsonSchema(): JsonSchema {
  const properties = VARIABLE_LIST.flatMap(([name, variable]) =>
    [name, ...(variable.aliases ?? [])].map((key) => [key, propertySchema(name, key, variable)] as const),
  );
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Environment of the Plystra Core server',
    type: 'object',
    properties: Object.fromEntries(properties),
    additionalProperties: { type: 'string' },
    allOf: [
      implies(
        modeIsProduction(),
        required(({ requiredInProduction }) => requiredInProduction),
      ),
      implies(
        anyNameOf('DATABASE_URL'),
        required(({ requiredWithDatabase }) => requiredWithDatabase),
      ),
    ],
  };
}

function propertySchema(name: string, key: string, variable: Variable): JsonSchema {
  return {
    type: 'string',
    description: key === name ? variable.meaning : `Another name of ${name}.`,
    ...(key === name && variable.default !== null && { default: variable.default }),
    ...form(variable),
    ...(isSecretVariable(variable) && { writeOnly: true }),
    'x-accepted': acceptedBy(variable),
    ...(variable.productionDefault !== undefined && { 'x-production-default': variable.productionDefault }),
    ...(variable.production !== undefined && { 'x-production-rule': variable.production }),
  };
}

/** What JSON Schema can say about the text. */
function form(variable: Variable): JsonSchema {
  switch (variable.type) {
    case 'boolean':
      return { pattern: `^(?:${[...TRUE_WORDS, ...FALSE_WORDS].map(anyCase).join('|')})$` };
    case 'integer':
      return { pattern: '^[0-9]{1,15}$', 'x-minimum': variable.min, 'x-maximum': variable.max };
    case 'duration':
      return {
        pattern: '^(?:[0-9]{1,9}|(?:[0-9]{1,9}(?:\\.[0-9]{1,3})?(?:ms|s|m|h|d))+)$',
        'x-minimum': variable.min,
        'x-maximum': variable.max,
      };
    case 'choice':
      return { enum: variable.choices };
    case 'text':
      return { pattern: variable.pattern };
    case 'url':
      return { format: 'uri', pattern: '^https?://' };
    case 'database-url':
      return { format: 'uri', pattern: '^postgres(?:ql)?:' };
    case 'secret':
    case 'secret-list':
    case 'origin-list':
    case 'network-list':
      return {};
  }
}

/** Where the condition holds, all of the others must. */
function implies(condition: JsonSchema, others: readonly JsonSchema[]): JsonSchema {
  return { anyOf: [{ not: condition }, { allOf: others }] };
}

function modeIsProduction(): JsonSchema {
  const production = { const: 'production' };
  return {
    anyOf: [
      { properties: { SERVER_MODE: production }, required: ['SERVER_MODE'] },
      { properties: { PLYSTRA_ENV: production }, required: ['PLYSTRA_ENV'] },
    ],
  };
}

function required(isRequired: (variable: Variable) => boolean | undefined): JsonSchema[] {
  return VARIABLE_LIST.filter(([, variable]) => isRequired(variable)).map(([name]) => anyNameOf(name));
}

function anyNameOf(name: string): JsonSchema {
  const aliases = VARIABLE_LIST.find(([other]) => other === name)?.[1].aliases ?? [];
  return {
    anyOf: [name, ...aliases].map((key) => ({ required: [key], properties: { [key]: { minLength: 1 } } })),
  };
}

function anyCase(word: string): string {
  return word.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}
