import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DemoFailure } from './demo-failure.ts';

/** What the demo keeps between two runs: its super admin, its API key and the passwords of its Users. */
export type DemoFile = {
  readonly email: string;
  readonly password: string;
  /** Null until the key is made. */
  readonly apiKey: string | null;
  /** Password by email address. */
  readonly users: Readonly<Record<string, string>>;
};

/** A new account with passwords that nobody knows yet. */
export function newDemoFile(userEmails: readonly string[]): DemoFile {
  return {
    email: 'demo-admin@example.com',
    password: newPassword(),
    apiKey: null,
    users: Object.fromEntries(userEmails.map((email) => [email, newPassword()])),
  };
}

/**
 * What an earlier run has kept; null when there was none.
 *
 * @throws DemoFailure when the file is there and cannot be used
 */
export function readDemoFile(path: string): DemoFile | null {
  const text = readPrivateFile(path);
  if (text === null) return null;
  try {
    const file = JSON.parse(text) as DemoFile;
    if (
      typeof file.email === 'string' &&
      typeof file.password === 'string' &&
      typeof file.users === 'object'
    ) {
      return file;
    }
  } catch {
    // Said below.
  }
  throw new DemoFailure(1, `${path} is damaged. Remove it, and give the demo a key in PLYSTRA_API_KEY.`);
}

/** Keeps it, readable for its owner alone, in one step: a run that is cut off leaves the old file or the new one. */
export function writeDemoFile(path: string, file: DemoFile): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

/** Forgets it. */
export function removeDemoFile(path: string): void {
  rmSync(path, { force: true });
}

/**
 * The text of a file; null when there is none.
 *
 * @throws DemoFailure when this user may not read it
 */
export function readPrivateFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new DemoFailure(
      2,
      `${path} cannot be read (${String(code)}). Run the demo as the user that the server runs as.`,
    );
  }
}

/** 24 characters, well above the least length that the password policy asks for. */
function newPassword(): string {
  return randomBytes(18).toString('base64url');
}
