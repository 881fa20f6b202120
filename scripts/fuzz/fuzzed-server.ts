import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { authSecrets } from '../../server/src/core/auth/index.ts';
import { findEmbeddedPostgres } from '../../server/src/platform/embedded-postgres/index.ts';
import { folderSecrets } from '../../server/src/platform/secrets/index.ts';
import type { Behind } from '../../server/test/harness/server.ts';
import { send } from '../../server/test/harness/server-http.ts';

const root = join(import.meta.dirname, '../..');
const LOG_FILE = join(root, '.cache', 'fuzz.log');
const PASSWORD = 'correct battery staple horses';

/** The real server, with a first super admin. */
export type FuzzedServer = Behind & {
  readonly url: string;
  /** The User who is super admin. */
  readonly userId: string;
  /** The hash of its password, which is the one in `schemathesis.toml`. */
  readonly passwordHash: string;
  /** Its first session. */
  readonly token: string;
  stop(): Promise<void>;
};

/**
 * Starts the server as a process on the embedded database in a temporary folder, with everything switched on that is
 * off by default, and registers the first super admin. Its log goes to `.cache/fuzz.log`.
 */
export async function startFuzzedServer(): Promise<FuzzedServer> {
  const folder = mkdtempSync(join(tmpdir(), 'plystra-fuzz-'));
  chmodSync(folder, 0o711);
  const data = join(folder, 'data');
  const child = spawn(process.execPath, [join(root, 'server/src/plystrad.ts')], {
    cwd: folder,
    env: { ...environment(), PLYSTRA_DATA_DIR: data },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = async (): Promise<void> => {
    if (child.exitCode === null) {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return await prepared(await addressOf(child), data, end);
  } catch (error) {
    await end();
    throw error;
  }
}

async function prepared(url: string, data: string, end: () => Promise<void>): Promise<FuzzedServer> {
  const place = await findEmbeddedPostgres(data);
  if (place === undefined) throw new Error(`No database runs in ${data}.`);
  const secrets = await folderSecrets(place.dataFolder);
  const ring = (current: string) => ({ current, previous: [] });
  const pool = new pg.Pool({ connectionString: place.url, max: 1 });
  pool.on('error', () => undefined);
  const answer = await send<{ access_token: string; user: { id: string } }>(
    url,
    'POST',
    '/api/v1/auth/register',
    {
      body: { email: 'root@example.com', password: PASSWORD, registration_token: secrets.bootstrapToken },
    },
  );
  if (answer.status !== 201) throw new Error(`The first super admin was refused: ${answer.text}`);
  const userId = answer.body.data.user.id;
  const { rows } = await pool.query('select password_hash from users where id = $1', [userId]);
  return {
    url,
    userId,
    passwordHash: String(rows[0].password_hash),
    token: answer.body.data.access_token,
    hashers: authSecrets(ring(secrets.sessionSecret), ring(secrets.apiKeySecret)).hashers,
    async sql<Row>(text: string, values: readonly unknown[] = []) {
      return (await pool.query(text, [...values])).rows as Row[];
    },
    async stop() {
      await pool.end();
      await end();
    },
  };
}

function environment(): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    SERVER_PORT: '0',
    PLYSTRA_RESPONSE_CHECK: 'always',
    PLYSTRA_AUTH_PUBLIC_USER_REGISTRATION_ENABLED: 'true',
    METRICS_ENABLED: 'true',
    DATA_CONSOLE_ENABLED: 'true',
    LOG_LEVEL: 'warn',
    LOG_FORMAT: 'json',
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  const log = createWriteStream(LOG_FILE);
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer) => {
      log.write(chunk);
      if (output.length > 100_000) return;
      output += chunk.toString();
      const address = /Address\s+(\S+)\/api\/v1/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => reject(new Error(`The server ended before it was ready:\n${output}`)));
  });
}
