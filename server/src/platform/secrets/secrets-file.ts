import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The secrets of a data folder, made once. */
export type FolderSecrets = {
  readonly sessionSecret: string;
  readonly apiKeySecret: string;
  /** Opens the registration of the first super admin. */
  readonly bootstrapToken: string;
};

/** The file that holds them, readable for its owner alone. */
export const secretsFileName = 'secrets.json';

/**
 * The secrets of a data folder; makes them on first use. Two processes that come at the same instant get the same.
 *
 * @throws Error when the file is there and does not hold them: tokens and keys die with a lost secret, so a damaged
 *   file is never replaced
 */
export async function folderSecrets(folder: string): Promise<FolderSecrets> {
  const file = join(folder, secretsFileName);
  const known = await readSecrets(file);
  if (known !== null) return known;
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const made = { sessionSecret: secret(), apiKeySecret: secret(), bootstrapToken: secret() };
  await writeFile(draft, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    // A link, unlike a rename, fails when the name is taken: the first one wins.
    await link(draft, file);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const written = await readSecrets(file);
  if (written === null) throw new Error(`${file} was taken away while it was written.`);
  return written;
}

async function readSecrets(file: string): Promise<FolderSecrets | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null;
    throw error;
  }
  const value = parsed(text) as Partial<FolderSecrets> | null;
  const { sessionSecret, apiKeySecret, bootstrapToken } = value ?? {};
  if (!isSecret(sessionSecret) || !isSecret(apiKeySecret) || !isSecret(bootstrapToken)) {
    throw new Error(
      `${file} is damaged. Restore it from a backup: sessions and API keys cannot be proven without it.`,
    );
  }
  return { sessionSecret, apiKeySecret, bootstrapToken };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isSecret(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 32;
}

function secret(): string {
  return randomBytes(32).toString('hex');
}
