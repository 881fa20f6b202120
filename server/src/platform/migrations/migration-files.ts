import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

import { CHECKSUMS_FILE, checksumOf, parseChecksums } from './checksums.ts';
import { MigrationError } from './migration-error.ts';

/** One forward-only SQL file. */
export interface MigrationFile {
  /** Three digits, from `001` upwards without a gap. */
  readonly version: string;
  readonly name: string;
  /** `NNN_name.sql`. */
  readonly file: string;
  readonly sql: string;
  /** SHA-256, lower-case hex. */
  readonly checksum: string;
}

/** The migrations of one namespace in order. */
export interface MigrationChain {
  /** The folder's name; separates this chain from others in the same database. */
  readonly namespace: string;
  readonly files: readonly MigrationFile[];
}

/**
 * Reads the SQL files of a folder in order, without looking at checksums.txt.
 * Throws MigrationError `invalid-folder` when it cannot be read or its numbers have a gap.
 */
export async function readMigrationFiles(folder: string): Promise<MigrationFile[]> {
  let names: string[];
  try {
    names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  } catch (cause) {
    throw new MigrationError('invalid-folder', `cannot read the migrations in ${folder}`, { cause });
  }
  if (names.length === 0) throw new MigrationError('invalid-folder', `there are no migrations in ${folder}`);
  return Promise.all(
    names.map(async (file, index) => {
      const [, version, name] = /^(\d{3})_([a-z0-9]+(?:_[a-z0-9]+)*)\.sql$/.exec(file) ?? [];
      if (version === undefined || name === undefined || Number(version) !== index + 1) {
        const expected = String(index + 1).padStart(3, '0');
        throw new MigrationError(
          'invalid-folder',
          `${file}: expected a file named ${expected}_name.sql here`,
          { file },
        );
      }
      const sql = await readFile(join(folder, file), 'utf8');
      return { version, name, file, sql, checksum: checksumOf(sql) };
    }),
  );
}

/**
 * Reads a folder of migrations and holds every file against checksums.txt.
 * Throws MigrationError: `invalid-folder`, `invalid-checksums` or `checksum-mismatch`.
 */
export async function loadMigrations(folder: string): Promise<MigrationChain> {
  const files = await readMigrationFiles(folder);
  let text: string;
  try {
    text = await readFile(join(folder, CHECKSUMS_FILE), 'utf8');
  } catch (cause) {
    throw new MigrationError('invalid-checksums', `${CHECKSUMS_FILE} is missing in ${folder}`, { cause });
  }
  const checksums = parseChecksums(text);
  for (const { file, checksum } of files) {
    const listed = checksums.get(file);
    if (listed === undefined) {
      throw new MigrationError('invalid-checksums', `${file} is not listed in ${CHECKSUMS_FILE}`, { file });
    }
    if (listed !== checksum) {
      throw new MigrationError(
        'checksum-mismatch',
        `${file} was changed after ${CHECKSUMS_FILE} was written`,
        { file },
      );
    }
    checksums.delete(file);
  }
  for (const file of checksums.keys()) {
    throw new MigrationError('invalid-checksums', `${file} is listed in ${CHECKSUMS_FILE} and missing`, {
      file,
    });
  }
  return { namespace: basename(resolve(folder)), files };
}
