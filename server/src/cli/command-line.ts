import { parseArgs } from 'node:util';
import type { Command, OptionValues } from './command.ts';
import { findCommand, optionsOf, usageOf, wordsAfter } from './help.ts';
import { nearestName, suggestion } from './nearest-name.ts';
import { UsageError } from './usage-error.ts';

/** What a command line asks for. */
export type Request =
  | { readonly kind: 'help'; readonly words: readonly string[] }
  | { readonly kind: 'version' }
  | { readonly kind: 'run'; readonly command: Command; readonly options: OptionValues };

/** Flags that may stand before and between the words of a command. */
const FLAGS = ['--json', '--help', '-h', '--version'];

/**
 * Reads a command line: the words of a command, then its options; `--json` and `--help` may stand anywhere.
 * Throws a UsageError that names what is wrong, and the nearest name that would be right.
 */
export function readCommandLine(args: readonly string[], commands: readonly Command[]): Request {
  const { words, rest } = splitWords(args[0] === 'help' ? [...args.slice(1), '--help'] : args, commands);
  const flags = new Set(rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest);
  const help = flags.has('--help') || flags.has('-h');
  const command = findCommand(words, commands);
  if (command !== undefined) {
    return help
      ? { kind: 'help', words }
      : { kind: 'run', command, options: readOptions(words, command, rest) };
  }

  const stray = rest.find((argument) => !FLAGS.includes(argument));
  if (stray !== undefined) throw notUnderstood(stray, words, commands);
  if (help) return { kind: 'help', words };
  if (words.length === 0 && flags.has('--version')) return { kind: 'version' };
  const what = words.length === 0 ? 'A command is missing.' : `"${words.join(' ')}" needs a further word.`;
  const listed =
    words.length === 0 ? new Set(commands.map(({ name }) => name[0])) : wordsAfter(words, commands);
  throw new UsageError(`${what} One of: ${[...listed].join(', ')}.`, usageOf(words, commands));
}

/** Takes words from the front for as long as a command can begin with them. */
function splitWords(
  args: readonly string[],
  commands: readonly Command[],
): { words: readonly string[]; rest: readonly string[] } {
  const words: string[] = [];
  const flags: string[] = [];
  for (const [index, argument] of args.entries()) {
    if (wordsAfter(words, commands).includes(argument)) words.push(argument);
    else if (FLAGS.includes(argument)) flags.push(argument);
    else return { words, rest: [...flags, ...args.slice(index)] };
  }
  return { words, rest: flags };
}

function notUnderstood(argument: string, words: readonly string[], commands: readonly Command[]): UsageError {
  const usage = usageOf(words, commands);
  if (argument.startsWith('-')) {
    const name = argument.split('=', 1)[0] ?? argument;
    return new UsageError(`Unknown option ${quote(name)}.${suggestion(name, FLAGS)}`, usage);
  }
  const group = words.length === 0 ? 'plystractl' : words.join(' ');
  const near = suggestion(argument, [
    ...wordsAfter(words, commands),
    ...(words.length === 0 ? commands.map(({ name }) => name.join(' ')) : []),
  ]);
  const said = near === '' && words.length === 0 ? suggestionByLastWord(argument, commands) : near;
  return new UsageError(`${quote(group)} has no command ${quote(argument)}.${said}`, usage);
}

/** For `verify` alone. */
function suggestionByLastWord(argument: string, commands: readonly Command[]): string {
  const lastWords = commands.map(({ name }) => name.at(-1) ?? '');
  const meant = commands[lastWords.indexOf(nearestName(argument, lastWords) ?? '')];
  return meant === undefined ? '' : ` Did you mean ${quote(meant.name.join(' '))}?`;
}

function readOptions(words: readonly string[], command: Command, rest: readonly string[]): OptionValues {
  const usage = usageOf(words, [command]);
  const known = optionsOf(command);
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { type, short }]) => [
      name,
      { type, ...(short === undefined ? {} : { short }) },
    ]),
  );
  // First without rules, to say in our own words which argument is wrong; then with them, for the values.
  const { tokens } = parseArgs({ args: [...rest], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') {
      throw new UsageError(`${quote(words.join(' '))} takes no argument ${quote(token.value)}.`, usage);
    }
    if (token.kind === 'option' && !Object.hasOwn(known, token.name)) {
      const near = suggestion(
        token.rawName,
        Object.keys(known).map((name) => `--${name}`),
      );
      throw new UsageError(`${quote(words.join(' '))} has no option ${quote(token.rawName)}.${near}`, usage);
    }
  }
  try {
    return parseArgs({ args: [...rest], options, strict: true }).values as OptionValues;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${reason.split('\n', 1)[0]}.`.replace(/\.\.$/, '.'), usage);
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
