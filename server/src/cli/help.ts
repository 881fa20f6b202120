import type { Command, CommandOption } from './command.ts';

const PROGRAM = 'plystractl';
const EVERY_COMMAND: Readonly<Record<string, CommandOption>> = {
  json: { type: 'boolean', description: 'Print one JSON document instead of text.' },
  help: { type: 'boolean', short: 'h', description: 'Print this help.' },
};

/** The options of a command together with those that every command has. */
export function optionsOf(command: Command): Readonly<Record<string, CommandOption>> {
  return { ...command.options, ...EVERY_COMMAND };
}

/** The words of every command and every alias. */
export function callableNames(
  commands: readonly Command[],
): { words: readonly string[]; command: Command }[] {
  return commands.flatMap((command) =>
    [command.name, ...(command.aliases ?? [])].map((words) => ({ words, command })),
  );
}

/** The words that may follow those given, each once. */
export function wordsAfter(words: readonly string[], commands: readonly Command[]): string[] {
  const following = callableNames(commands)
    .filter((callable) => words.every((word, index) => callable.words[index] === word))
    .map((callable) => callable.words[words.length]);
  return [...new Set(following.filter((word) => word !== undefined))];
}

/** The line that says how a command, or a group of commands, is called. */
export function usageOf(words: readonly string[], commands: readonly Command[]): string {
  const command = findCommand(words, commands);
  if (command !== undefined) return [PROGRAM, ...words, command.usage, '[--json]'].filter(Boolean).join(' ');
  if (words.length === 0) return `${PROGRAM} <command> [options]`;
  return [PROGRAM, ...words, `<${wordsAfter(words, commands).join('|')}>`, '[options]'].join(' ');
}

/** The command that is called by exactly these words, or an alias of it. */
export function findCommand(words: readonly string[], commands: readonly Command[]): Command | undefined {
  const wanted = words.join(' ');
  return callableNames(commands).find((callable) => callable.words.join(' ') === wanted)?.command;
}

/** The help of a command, of a group of commands, or (no words) of the program. */
export function helpText(words: readonly string[], commands: readonly Command[]): string {
  const command = findCommand(words, commands);
  return command === undefined ? groupHelp(words, commands) : commandHelp(words, command, commands);
}

function commandHelp(words: readonly string[], command: Command, commands: readonly Command[]): string {
  const others = [command.name, ...(command.aliases ?? [])]
    .map((name) => name.join(' '))
    .filter((name) => name !== words.join(' '));
  return [
    `Usage: ${usageOf(words, commands)}`,
    `${command.summary}\n${command.description}`,
    section('Options', optionRows(optionsOf(command))),
    ...(others.length === 0 ? [] : [`Also called as: ${others.join(', ')}`]),
  ].join('\n\n');
}

function groupHelp(words: readonly string[], commands: readonly Command[]): string {
  const top = words.length === 0;
  const listed = callableNames(commands)
    .filter(({ words: name, command }) => (top ? name === command.name : startsWith(name, words)))
    .map(({ words: name, command }): readonly [string, string] => [name.join(' '), command.summary]);
  const options: Readonly<Record<string, CommandOption>> = {
    ...EVERY_COMMAND,
    ...(top ? { version: { type: 'boolean', description: 'Print the version.' } } : {}),
  };
  return [
    `Usage: ${usageOf(words, commands)}`,
    ...(top ? ['Operates a Plystra installation. Reads the same variables as the server.'] : []),
    section('Commands', listed),
    section('Options', optionRows(options)),
    ...(top ? [EXIT_CODES] : []),
    `"${PROGRAM} <command> --help" says more about a command.`,
  ].join('\n\n');
}

const EXIT_CODES = 'Exit codes: 0 done, 1 failed, 2 wrong usage, 78 wrong configuration.';

function startsWith(name: readonly string[], words: readonly string[]): boolean {
  return words.every((word, index) => name[index] === word);
}

function optionRows(options: Readonly<Record<string, CommandOption>>): (readonly [string, string])[] {
  return Object.entries(options).map(([name, { short, value, description }]) => {
    const long = value === undefined ? `--${name}` : `--${name} <${value}>`;
    return [short === undefined ? long : `-${short}, ${long}`, description];
  });
}

function section(title: string, rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return [`${title}:`, ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)].join('\n');
}
