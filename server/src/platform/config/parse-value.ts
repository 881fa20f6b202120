import { parseCidr } from '../net/index.ts';
import { parseDuration } from './duration.ts';
import { isSecretVariable, type Variable } from './variable.ts';

/** A value, or what is wrong with the text (the rest of a sentence that begins with the variable's name). */
export type Parsed = { readonly value: unknown } | { readonly problem: string };

/** What counts as true and as false, whatever the case. */
export const TRUE_WORDS: readonly string[] = ['1', 'true', 'yes', 'on', 'enabled'];
export const FALSE_WORDS: readonly string[] = ['0', 'false', 'no', 'off', 'disabled'];

/** Reads the text of a variable by its type alone; rules that involve the mode or other variables come later. */
export function parseValue(variable: Variable, raw: string): Parsed {
  const text = isSecretVariable(variable) ? raw : raw.trim();
  switch (variable.type) {
    case 'boolean':
      return parseBoolean(text);
    case 'integer':
      return parseInteger(text, variable.min, variable.max);
    case 'duration':
      return parseBoundedDuration(text, variable);
    case 'choice':
      return variable.choices.includes(text) ? { value: text } : notOneOf(text);
    case 'text':
      return new RegExp(variable.pattern, 'u').test(text)
        ? { value: text }
        : { problem: `is ${quote(text)}` };
    case 'url':
      return parsePublicUrl(text);
    case 'database-url':
      return parseDatabaseUrl(text);
    case 'secret':
      return parseSecret(text);
    case 'secret-list':
      return parseList(text, (item) => parseSecret(item.trim()));
    case 'origin-list':
      return parseOrigins(text);
    case 'network-list':
      return parseList(text, parseNetwork);
  }
}

/** A value that is not secret, short and on one line, for a message. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

function parseBoolean(text: string): Parsed {
  const word = text.toLowerCase();
  if (TRUE_WORDS.includes(word)) return { value: true };
  return FALSE_WORDS.includes(word) ? { value: false } : notOneOf(text);
}

function parseInteger(text: string, min: number, max: number): Parsed {
  if (!/^\d{1,15}$/.test(text)) return { problem: `is ${quote(text)}, which is not a whole number` };
  const value = Number(text);
  return value >= min && value <= max ? { value } : { problem: `is ${value}, which is out of range` };
}

function parseBoundedDuration(text: string, variable: Variable & { type: 'duration' }): Parsed {
  const value = parseDuration(text, variable.plainUnit ?? 's');
  if (value === null) return { problem: `is ${quote(text)}, which is not a duration` };
  const min = parseDuration(variable.min, 's') ?? 0;
  const max = parseDuration(variable.max, 's') ?? 0;
  return value >= min && value <= max ? { value } : { problem: `is ${quote(text)}, which is out of range` };
}

function parsePublicUrl(text: string): Parsed {
  const url = parseHttpUrl(text);
  if (url === null) return { problem: `is ${quote(text)}, which is not an http or https URL` };
  if (url.username !== '' || url.password !== '') return { problem: 'contains credentials' };
  if (url.search !== '' || url.hash !== '')
    return { problem: `is ${quote(text)}, which has a query or a fragment` };
  return { value: url.href.replace(/\/+$/, '') };
}

function parseDatabaseUrl(text: string): Parsed {
  if (/\s/.test(text)) return { problem: 'contains white space' };
  if (!URL.canParse(text))
    return { problem: 'is not a URL; special characters in its password must be %-encoded' };
  const { protocol } = new URL(text);
  if (protocol === 'postgres:' || protocol === 'postgresql:') return { value: text };
  return { problem: 'is not a PostgreSQL URL' };
}

function parseSecret(text: string): Parsed {
  if (text.trim() !== text) return { problem: 'has white space at its beginning or end' };
  return { value: text };
}

function parseOrigins(text: string): Parsed {
  return parseList(text, (item) => {
    // The URL parser takes an asterisk for a part of a host name like any other.
    const url = item.includes('*') ? null : parseHttpUrl(item);
    if (item === '*' || (url !== null && url.origin === item)) return { value: item };
    const hint = url === null ? '' : `; its origin is ${url.origin}`;
    return { problem: `contains ${quote(item)}, which is not an origin${hint}` };
  });
}

function parseNetwork(text: string): Parsed {
  const result = parseCidr(text);
  return 'cidr' in result ? { value: text } : { problem: `contains ${quote(text)}, which ${result.problem}` };
}

/** Comma-separated; blanks around items and empty items are nothing. */
function parseList(text: string, parseItem: (item: string) => Parsed): Parsed {
  const items = text.split(',').map((item) => item.trim());
  const results = items.filter((item) => item !== '').map(parseItem);
  const bad = results.find((result) => 'problem' in result);
  return bad ?? { value: results.flatMap((result) => ('value' in result ? [result.value] : [])) };
}

function parseHttpUrl(text: string): URL | null {
  // The parser repairs much; what it would have to repair was not meant.
  if (!/^https?:\/\/[^\s\\]+$/i.test(text) || !URL.canParse(text)) return null;
  return new URL(text);
}

function notOneOf(text: string): Parsed {
  return { problem: `is ${quote(text)}` };
}
