import { COMMON_PHRASES, COMMON_WORDS, TAILS } from './common-password-words.ts';

const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', '1234567890', 'qwertzuiop', 'yxcvbnm', 'azertyuiop'];
const LADDERS = [
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  '1q2w3e4r5t6y7u8i9o0p',
  'qazwsxedcrfvtgbyhnujmikolp',
];
const SERIES = ['abcdefghijklmnopqrstuvwxyz', '01234567890123456789', 'qwertyuiopasdfghjklzxcvbnm'];
const YEARS = { first: 1960, last: 2035 };
const LENGTHS = { shortest: 8, longest: 24 };
const LETTERS_FOR_SIGNS: Readonly<Record<string, string>> = {
  '0': 'o',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** Each of the first words is joined with every other one; the rest of the pairs is found by taking texts apart. */
const PAIRED_WORDS = 40;
const MAX_WORDS = 3;
const MIN_DIFFERENT_CHARACTERS = 4;

let entries: ReadonlySet<string> | undefined;
const words: ReadonlySet<string> = new Set(COMMON_WORDS);
const longestWord = Math.max(...COMMON_WORDS.map((word) => word.length));

/**
 * Passwords that people choose first, in folded form: words and pairs of words with the usual endings, walks over
 * the keyboard, series and repeats. Generated on first use and kept.
 */
export function commonPasswords(): ReadonlySet<string> {
  entries ??= new Set(generate());
  return entries;
}

/**
 * Whether the password as a whole is a common one or up to three common words: as it is, with letters in place of the
 * signs that resemble them, or with up to four digits and signs at its end left out. Case, blanks and joining signs do
 * not count; what has fewer than four different characters is common too.
 */
export function isCommonPassword(password: string): boolean {
  const folded = fold(password);
  if (new Set(folded).size < MIN_DIFFERENT_CHARACTERS) return true;
  const bare = folded.replace(/[^\p{L}]{1,4}$/u, '');
  const candidates = [...disguises(folded), ...disguises(bare)].filter((text) => text !== '');
  const known = commonPasswords();
  return candidates.some(
    (text) => known.has(text) || isRepetition(text) || isSeries(text) || isMadeOfWords(text, MAX_WORDS),
  );
}

/** The form in which passwords are compared: NFKC, lower case, without blanks and joining signs. */
export function fold(password: string): string {
  return password
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s._-]+/g, '');
}

/** A folded text, and the same with letters in place of signs: `p@ssw0rd` is `password`, `1` is i or l. */
export function disguises(folded: string): string[] {
  const unmasked = folded.replace(/[034578@$!]/g, (sign) => LETTERS_FOR_SIGNS[sign] ?? sign);
  return [folded, unmasked.replaceAll('1', 'i'), unmasked.replaceAll('1', 'l')];
}

/** At most `parts` of the common words, one after the other and nothing between. */
function isMadeOfWords(text: string, parts: number): boolean {
  if (text.length > longestWord * parts) return false;
  if (words.has(text)) return true;
  if (parts === 1) return false;
  for (let length = Math.min(longestWord, text.length - 1); length >= 3; length -= 1) {
    if (words.has(text.slice(0, length)) && isMadeOfWords(text.slice(length), parts - 1)) return true;
  }
  return false;
}

/** Up to four characters said over and over, or any text said three times. */
function isRepetition(text: string): boolean {
  const period = (text + text).indexOf(text, 1);
  return period <= text.length / 3 || (period <= 4 && period < text.length);
}

/** Characters that follow one another at a constant distance, as abcdef or 97531. */
function isSeries(text: string): boolean {
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const step = (codes[1] ?? 0) - (codes[0] ?? 0);
  return (
    codes.length > 2 &&
    Math.abs(step) <= 2 &&
    codes.every((code, i) => i === 0 || code - (codes[i - 1] ?? 0) === step)
  );
}

function* generate(): Generator<string> {
  for (const word of [...COMMON_WORDS, ...COMMON_PHRASES]) {
    yield* [word, word + word, word + word + word, `my${word}`, `the${word}`, `${word}is${word}`];
    for (const tail of TAILS) yield word + tail;
  }
  const paired = COMMON_WORDS.slice(0, PAIRED_WORDS);
  for (const word of paired) {
    for (const other of paired) yield word + other;
    for (const head of TAILS) yield head + word;
    for (let year = YEARS.first; year <= YEARS.last; year += 1) yield* [word + year, `${word}${word}${year}`];
  }
  for (const line of [...ROWS, ...LADDERS, ...SERIES]) {
    yield* walks(line);
    yield* walks([...line].reverse().join(''));
  }
  for (const left of ROWS) for (const right of ROWS) yield left + right;
}

/** Every stretch of the line, round and round, from every start. */
function* walks(line: string): Generator<string> {
  const round = line + line + line + line;
  for (let start = 0; start < line.length; start += 1) {
    for (let length = LENGTHS.shortest; length <= LENGTHS.longest; length += 1) {
      yield round.slice(start, start + length);
    }
  }
}
