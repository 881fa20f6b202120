import { disguises, fold, isCommonPassword } from './common-passwords.ts';
import { editDistance } from './edit-distance.ts';

/** What a new password is measured by. */
export type PasswordPolicyOptions = {
  /** Code points that it must have at least; never taken as less than 8. */
  readonly minLength: number;
  /** The address of the account; the password must not be made from it. */
  readonly email?: string | undefined;
  /** Other words that an attacker would try for this account, as its display name. Shorter than 4: ignored. */
  readonly contextWords?: readonly string[] | undefined;
};

const LOWEST_MIN_LENGTH = 8;
const MAX_CODE_POINTS = 256;
const MAX_BYTES = 1024;
const MIN_WORD_LENGTH = 4;
const MAX_DISTANCE = 5;

/**
 * The rules that a new password breaks, each as a sentence without the password; empty when it is good. Length is
 * counted in code points of the NFKC form, which is what is hashed. There are no rules of composition (NIST SP
 * 800-63B §3.1.1).
 */
export function passwordPolicy(password: string, options: PasswordPolicyOptions): string[] {
  // Looked at before anything that takes longer for longer texts.
  if (password.length > MAX_BYTES) return [tooLong()];
  if (!password.isWellFormed()) return ['The password must be valid Unicode text.'];

  const text = password.normalize('NFKC');
  const length = [...text].length;
  if (length > MAX_CODE_POINTS || Buffer.byteLength(text, 'utf8') > MAX_BYTES) return [tooLong()];
  if (text.trim() === '') return ['The password must not be blank.'];

  const problems: string[] = [];
  const minimum = Math.max(LOWEST_MIN_LENGTH, options.minLength);
  if (length < minimum) problems.push(`The password must have at least ${minimum} characters.`);
  if (isCommonPassword(text))
    problems.push('The password is too common: it is among the first that are guessed.');
  if (resemblesEmail(text, options.email))
    problems.push('The password must not be made from the e-mail address.');
  if (options.contextWords?.some((word) => contains(fold(text), fold(word)))) {
    problems.push('The password must not contain words that belong to this account or service.');
  }
  return problems;
}

function tooLong(): string {
  return `The password must have at most ${MAX_CODE_POINTS} characters and ${MAX_BYTES.toLocaleString('en')} bytes.`;
}

function resemblesEmail(password: string, email: string | undefined): boolean {
  if (email === undefined) return false;
  const address = email.slice(0, MAX_CODE_POINTS);
  const names = [address.split('@', 1)[0] ?? '', address].map(fold);
  return disguises(fold(password)).some((text) =>
    names.some((name) => contains(text, name) || isNear(text, name)),
  );
}

function contains(password: string, word: string): boolean {
  return [...word].length >= MIN_WORD_LENGTH && password.includes(word);
}

/** Close to the word: a third of its characters changed at most, and never more than five. */
function isNear(password: string, word: string): boolean {
  const limit = Math.min(MAX_DISTANCE, Math.floor([...word].length / 3));
  return limit > 0 && editDistance(password, word, limit) <= limit;
}
