import { createHash } from 'node:crypto';

import { MigrationError } from './migration-error.ts';

/** Name of the file beside the migrations that says what they are. */
export const CHECKSUMS_FILE = 'checksums.txt';

/** SHA-256 of a text in lower-case hex; line ends count as LF, so that a checkout on Windows is no change. */
export function checksumOf(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n'), 'utf8').digest('hex');
}

/** Writes checksums.txt: a line `<sha256>  <file>` for each file in order, and one for the whole chain. */
export function formatChecksums(files: readonly { file: string; checksum: string }[]): string {
  const lines = files.map(({ file, checksum }) => `${checksum}  ${file}\n`).join('');
  return `${lines}${checksumOf(lines)}  chain\n`;
}

/**
 * Reads checksums.txt into file name → checksum.
 * Throws MigrationError `invalid-checksums` when a line is malformed or the chain line does not fit the others.
 */
export function parseChecksums(text: string): Map<string, string> {
  const checksums = new Map<string, string>();
  for (const line of text.split(/\r?\n/).filter((candidate) => candidate !== '')) {
    const match = /^([0-9a-f]{64}) {2}(\S+)$/.exec(line);
    const [, checksum, file] = match ?? [];
    if (checksum === undefined || file === undefined || checksums.has(file)) {
      throw new MigrationError(
        'invalid-checksums',
        `${CHECKSUMS_FILE}: unreadable or repeated line "${line}"`,
      );
    }
    checksums.set(file, checksum);
  }
  const chain = checksums.get('chain');
  checksums.delete('chain');
  const expected = formatChecksums([...checksums].map(([file, checksum]) => ({ file, checksum })));
  if (chain === undefined || !expected.endsWith(`${chain}  chain\n`)) {
    throw new MigrationError(
      'invalid-checksums',
      `${CHECKSUMS_FILE}: the chain line does not fit the lines above it`,
    );
  }
  return checksums;
}
