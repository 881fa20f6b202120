import { acceptedBy } from './accepted.ts';
import { isSecretVariable, VARIABLE_GROUPS, type Variable, type VariableGroup } from './variable.ts';
import { NEIGHBOUR_VARIABLES, VARIABLE_LIST, type VariableName } from './variables.ts';

const WIDTH = 100;

/** The text of `.env.example`: every variable with its default, those that a compose set-up needs filled in. */
export function envExampleText(): string {
  const head = [
    '# Environment of the Plystra Core server. Copy to .env and change what you need; every variable is optional',
    '# for development. All of them, with what they accept: docs/configuration.md.',
    '# The two secrets below are placeholders: with SERVER_MODE=production the server refuses them.',
  ];
  const chapters = VARIABLE_GROUPS.map((group) => {
    const entries = variablesOf(group).map(([name, variable]) => {
      const value = `${name}=${variable.example ?? variable.default ?? ''}`;
      return [...wrap(exampleComment(variable), '# '), isPlaceholder(variable) ? value : `#${value}`].join(
        '\n',
      );
    });
    return [`## ${group}`, ...entries].join('\n\n');
  });
  return `${[head.join('\n'), ...chapters].join('\n\n')}\n`;
}

/** The text of the documentation page of all variables. */
export function configurationPageText(): string {
  const chapters = VARIABLE_GROUPS.map((group) =>
    [`## ${group}`, ...variablesOf(group).map(([name, variable]) => entry(name, variable))].join('\n\n'),
  );
  return `${[...introduction(), ...chapters].join('\n\n')}\n`;
}

function introduction(): string[] {
  const rules = VARIABLE_LIST.filter(([, variable]) => variable.production !== undefined);
  return [
    '# Configuration',
    'The Core server is configured by environment variables and by nothing else. It reads them once, at its start, ' +
      'and reports everything that is wrong with them at once (exit code 78). An empty value counts as not set. ' +
      'This page is made from the table that the server itself reads (`scripts/config-docs.ts`).',
    '- A **duration** is written as `250ms`, `5s`, `30m`, `12h` or `30d`. A plain whole number counts in seconds, ' +
      'in `PLYSTRA_AUTH_LOGIN_WINDOW` and `PLYSTRA_AUTH_LOGIN_LOCKOUT` in minutes.\n' +
      '- A **boolean** is one of `1`, `true`, `yes`, `on`, `enabled` or `0`, `false`, `no`, `off`, `disabled`.\n' +
      '- A **list** is separated by commas.\n' +
      '- A variable that begins with `PLYSTRA_` and is not on this page is refused as a slip of the pen. Of other ' +
      `programs and ignored: ${NEIGHBOUR_VARIABLES.map((name) => `\`${name}\``).join(', ')}.`,
    '## Rules of production',
    'With `SERVER_MODE=production` these rules hold, too:',
    [
      '| variable | rule |',
      '| --- | --- |',
      ...rules.map(([name, { production }]) => `| ${link(name)} | ${production} |`),
    ].join('\n'),
    '## Changing a secret',
    'Put the old secret into `PLYSTRA_SESSION_SECRET_PREVIOUS` (or `PLYSTRA_API_KEY_SECRET_PREVIOUS`) and the new one ' +
      'in its place, on all servers. Tokens and keys go on working and are rewritten as they are used. Take the old ' +
      'secret out when the sessions made with it have ended and every key has been used or replaced.',
  ];
}

function entry(name: VariableName, variable: Variable): string {
  const facts = [
    `- accepted: ${acceptedBy(variable)}`,
    `- default: ${defaultText(variable)}`,
    ...(variable.aliases === undefined ? [] : [`- also read as: ${variable.aliases.map(code).join(', ')}`]),
    ...(variable.requiredWithDatabase ? ['- required in every mode when `DATABASE_URL` is set'] : []),
    ...(variable.production === undefined ? [] : [`- in production: ${variable.production}`]),
    ...(isSecretVariable(variable) ? ['- secret: never shown in messages and logs'] : []),
  ];
  return `### ${name}\n\n${variable.meaning}\n\n${facts.join('\n')}`;
}

function defaultText(variable: Variable): string {
  if (variable.default === null || variable.default === '') return 'not set';
  const text = code(variable.default);
  return variable.productionDefault === undefined
    ? text
    : `${text}, in production ${code(variable.productionDefault)}`;
}

function exampleComment(variable: Variable): string {
  return variable.production === undefined
    ? variable.meaning
    : `${variable.meaning} In production: ${variable.production}`;
}

/** The secrets that a server with DATABASE_URL does not start without, so that the example is complete. */
function isPlaceholder(variable: Variable): boolean {
  return variable.requiredWithDatabase === true;
}

function variablesOf(group: VariableGroup): (readonly [VariableName, Variable])[] {
  return VARIABLE_LIST.filter(([, variable]) => variable.group === group);
}

function link(name: VariableName): string {
  return `[\`${name}\`](#${name.toLowerCase()})`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function wrap(text: string, prefix: string): string[] {
  const lines: string[] = [];
  for (const word of text.replaceAll('`', '').split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(prefix + word);
  }
  return lines;
}
