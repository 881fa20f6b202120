import type { IncomingHttpHeaders } from 'node:http';
import type { Operation, OperationParameter } from './operation.ts';
import { pointerSegment, type Violation } from './violation.ts';

/** Where the parameters of a request are, undecoded. */
export type RawParameters = {
  /** Path of the request URL as it was sent. */
  readonly path: string;
  /** Query of the request URL as it was sent, without the question mark. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
};

/** Decoded parameters by name, and what could not be decoded. */
export type DecodedParameters = {
  readonly values: Record<string, unknown>;
  readonly violations: readonly Violation[];
};

/** Decodes the parameters that `operation` declares; what it does not declare is refused in the query. */
export function decodeParameters(operation: Operation, raw: RawParameters): DecodedParameters {
  const values: Record<string, unknown> = {};
  const violations: Violation[] = [];
  const put = (parameter: OperationParameter, texts: readonly string[]) => {
    const decoded = convert(parameter, texts);
    if ('message' in decoded) violations.push(violation(parameter, decoded.rule, decoded.message));
    else values[parameter.name] = decoded.value;
  };
  if (operation.parameters.length === 0 && raw.query === '') return { values, violations };
  const segments = raw.path.split('/');
  const template = operation.path.split('/');
  const query = parseQuery(raw.query, operation, violations);
  for (const parameter of operation.parameters) {
    if (parameter.in === 'path') {
      const text = percentDecode(segments[template.indexOf(`{${parameter.name}}`)] ?? '');
      if (text === null) violations.push(violation(parameter, 'encoding', 'Broken percent-encoding.'));
      else put(parameter, [text]);
    } else if (parameter.in === 'query') {
      const texts = query.get(parameter.name);
      if (texts !== undefined) put(parameter, texts);
    } else {
      const header = raw.headers[parameter.name.toLowerCase()];
      if (header !== undefined) put(parameter, [Array.isArray(header) ? header.join(', ') : header]);
    }
  }
  return { values, violations };
}

function parseQuery(query: string, operation: Operation, violations: Violation[]): Map<string, string[]> {
  const declared = new Set(operation.parameters.filter((p) => p.in === 'query').map((p) => p.name));
  const found = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const rawName = equals === -1 ? pair : pair.slice(0, equals);
    const rawValue = equals === -1 ? '' : pair.slice(equals + 1);
    const name = percentDecode(rawName.replaceAll('+', ' '));
    const value = percentDecode(rawValue.replaceAll('+', ' '));
    if (name === null || value === null) {
      violations.push({ in: 'query', pointer: '', rule: 'encoding', message: 'Broken percent-encoding.' });
    } else if (!declared.has(name)) {
      const message = `There is no query parameter ${JSON.stringify(name.slice(0, 64))} here.`;
      const pointer = pointerSegment(name.slice(0, 64));
      violations.push({ in: 'query', pointer, rule: 'additionalProperties', message });
    } else {
      found.set(name, [...(found.get(name) ?? []), value]);
    }
  }
  return found;
}

/** Percent-decodes one part of a URL; null when it is broken or not UTF-8. A plus sign stays one. */
export function percentDecode(text: string): string | null {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

type Converted = { readonly value: unknown } | { readonly rule: string; readonly message: string };

function convert(parameter: OperationParameter, texts: readonly string[]): Converted {
  if (texts.some((text) => text.includes('\0'))) {
    return { rule: 'characters', message: 'The character U+0000 is refused.' };
  }
  if (parameter.kind === 'string[]') return { value: texts };
  const [text = '', ...more] = texts;
  if (more.length > 0) return { rule: 'duplicate', message: 'The parameter stands more than once.' };
  if (parameter.kind === 'integer') {
    if (/^-?(0|[1-9][0-9]{0,14})$/.test(text)) return { value: Number(text) };
    return { rule: 'type', message: 'must be an integer in decimal digits' };
  }
  if (parameter.kind === 'boolean') {
    if (text === 'true' || text === 'false') return { value: text === 'true' };
    return { rule: 'type', message: 'must be true or false' };
  }
  return { value: text };
}

function violation(parameter: OperationParameter, rule: string, message: string): Violation {
  return { in: parameter.in, pointer: pointerSegment(parameter.name), rule, message };
}
