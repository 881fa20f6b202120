import { longestPointer, pointerSegment, type Violation } from './violation.ts';

/** Bounds of a body beyond its size in bytes. */
export type JsonLimits = { readonly maxDepth: number; readonly maxValues: number };

/** What parsing gave: a value, or the first rule that the text breaks. */
export type StrictJson = { readonly value: unknown } | { readonly violation: Violation };

type Frame = { keys: Set<string> | null; key: string; index: number };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses JSON (RFC 8259) and refuses what JSON.parse lets through: nesting deeper than `maxDepth`, more than
 * `maxValues` values, a repeated key, the key `__proto__`, and strings that no PostgreSQL text can hold
 * (U+0000, lone surrogates). The message never repeats the text, which may hold a secret.
 */
export function parseStrictJson(text: string, limits: JsonLimits): StrictJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { violation: syntaxViolation(error) };
  }
  const violation = inspect(text, limits);
  return violation === null ? { value } : { violation };
}

function syntaxViolation(error: unknown): Violation {
  const message = error instanceof Error ? error.message : '';
  const place = /\(line (\d+) column (\d+)\)/.exec(message);
  const at = place === null ? '' : ` at line ${place[1]}, column ${place[2]}`;
  const trailing = message.includes('after JSON');
  return breach(
    [],
    trailing ? 'trailing' : 'json',
    trailing ? `The body goes on after its JSON value ends${at}.` : `The body is not valid JSON${at}.`,
  );
}

/** Walks text that is known to be valid JSON: only strings, brackets and separators need a look. */
function inspect(text: string, limits: JsonLimits): Violation | null {
  const frames: Frame[] = [];
  let values = 1;
  // JSON knows no raw control characters, and text that came as UTF-8 has no lone surrogates: both need an escape.
  const escapes = text.includes('\\');
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const frame = frames.at(-1);
    if (code === QUOTE) {
      const end = escapes ? endOfString(text, at) : text.indexOf('"', at + 1);
      const keys = isKey(text, end) ? (frame?.keys ?? null) : null;
      const start = at;
      at = end;
      if (!escapes && keys === null) continue;
      const string = decodeString(text, start, end);
      if (escapes && string !== null && !isStorable(string)) {
        // A key that cannot be told is told by its object.
        const place = keys === null ? frames : frames.slice(0, -1);
        return breach(place, 'characters', 'The character U+0000 and lone surrogates are refused in text.');
      }
      if (frame === undefined || keys === null) continue;
      const key = string ?? '';
      if (key === '__proto__') return breach(frames, 'prototype', 'The key __proto__ is refused.', key);
      if (keys.has(key)) return breach(frames, 'duplicate', 'The key stands twice in its object.', key);
      keys.add(key);
      frame.key = key;
    } else if (code === 0x7b || code === 0x5b) {
      if (frames.length >= limits.maxDepth) {
        return breach(frames, 'depth', `The body is nested deeper than ${limits.maxDepth} levels.`);
      }
      frames.push({ keys: code === 0x7b ? new Set() : null, key: '', index: 0 });
      values += 1;
    } else if (code === 0x7d || code === 0x5d) {
      frames.pop();
    } else if (code === 0x2c && frame !== undefined) {
      frame.index += 1;
      values += 1;
    }
    if (values > limits.maxValues) {
      return breach([], 'values', `The body holds more than ${limits.maxValues} values.`);
    }
  }
  return null;
}

function endOfString(text: string, start: number): number {
  let end = start + 1;
  for (let code = text.charCodeAt(end); code !== QUOTE; code = text.charCodeAt(end)) {
    end += code === BACKSLASH ? 2 : 1;
  }
  return end;
}

function decodeString(text: string, start: number, end: number): string | null {
  const raw = text.slice(start + 1, end);
  if (!raw.includes('\\')) return raw;
  const decoded: unknown = JSON.parse(text.slice(start, end + 1));
  return typeof decoded === 'string' ? decoded : null;
}

function isStorable(string: string): boolean {
  return !string.includes('\0') && string.isWellFormed();
}

function isKey(text: string, end: number): boolean {
  let at = end + 1;
  while (text.charCodeAt(at) <= 0x20) at += 1;
  return text.charCodeAt(at) === 0x3a;
}

function breach(frames: readonly Frame[], rule: string, message: string, key?: string): Violation {
  const inner = frames.map((frame, depth) => {
    const last = depth === frames.length - 1;
    if (frame.keys === null) return pointerSegment(frame.index);
    return last && key !== undefined ? pointerSegment(key) : pointerSegment(frame.key);
  });
  return { in: 'body', pointer: inner.join('').slice(0, longestPointer), rule, message };
}
