import { join } from 'node:path';
import pg from 'pg';
import { authSecrets } from '../../server/src/core/auth/index.ts';
import { createTestDatabase } from '../../server/test/harness/database.ts';
import type { Behind } from '../../server/test/harness/server.ts';
import { insertApiKey, insertSuperAdmin } from '../../server/test/harness/server-credentials.ts';
import { benchSecrets } from '../bench/bench-key.ts';
import { type ServerProcess, startServerProcess } from '../bench/server-process.ts';
import { type Credential, type HttpClient, httpClient, type Reply } from './http-client.ts';

/** Server processes on one database, and a super admin who changes things on the first of them. */
export type Stage = {
  readonly servers: readonly (ServerProcess & HttpClient)[];
  readonly root: Credential;
  /** An API key that may ask everywhere. */
  readonly asker: { readonly key: string };
  readonly behind: Behind;
  readonly databaseUrl: string;
  /** Sends a request to the first process, as the super admin if nobody else is named. Throws unless it succeeds. */
  change(method: string, path: string, body?: unknown, as?: Credential | null): Promise<Reply>;
  /** Creates something by POST and gives its id. */
  made(path: string, body: unknown): Promise<string>;
  /** A new name on each call, fit for ids, keys and path segments. */
  name(prefix: string): string;
  close(): Promise<void>;
};

/** How a stage is set. */
export type StagePlan = { readonly processes: number; readonly fenced: boolean };

const programs = {
  fenced: join(import.meta.dirname, '../../server/src/plystrad.ts'),
  unfenced: join(import.meta.dirname, '../bench/plystra-without-fence.ts'),
};
const env = {
  SERVER_MODE: 'production',
  SERVER_PUBLIC_URL: 'https://plystra.example.com',
  CORS_ALLOWED_ORIGINS: 'https://app.example.com',
  PLYSTRA_SESSION_SECRET: benchSecrets.session,
  PLYSTRA_API_KEY_SECRET: benchSecrets.apiKey,
};

/** Starts the processes on a database of their own. */
export async function openStage({ processes, fenced }: StagePlan): Promise<Stage> {
  const database = await createTestDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  pool.on('error', () => undefined);
  const behind = behindServers(pool);
  const session = await insertSuperAdmin(behind);
  await behind.sql("update sessions set expires_at = now() + interval '1 day'");
  const asker = await insertApiKey(behind, { permissions: ['authz:check'] });
  const root = { token: session.token };
  const program = fenced ? programs.fenced : programs.unfenced;
  const servers: (ServerProcess & HttpClient)[] = [];
  for (let n = 0; n < processes; n += 1) {
    const server = await startServerProcess({ program, env, databaseUrl: database.url, product: true });
    servers.push({ ...server, ...httpClient(server.port) });
  }
  let names = 0;
  const change: Stage['change'] = async (method, path, body, as = root) => {
    const reply = await (servers[0] as HttpClient).call(method, path, as, body);
    if (reply.code !== null) throw new Error(`${method} ${path} was answered with ${reply.text}`);
    return reply;
  };
  return {
    servers,
    root,
    asker,
    behind,
    databaseUrl: database.url,
    change,
    made: async (path, body) => String((await change('POST', path, body)).data['id']),
    name: (prefix) => {
      names += 1;
      return `${prefix}_${names}`;
    },
    async close() {
      for (const server of servers) {
        server.close();
        await server.stop();
      }
      await pool.end();
      await database.drop();
    },
  };
}

function behindServers(pool: pg.Pool): Behind {
  const ring = (current: string) => ({ current, previous: [] });
  return {
    hashers: authSecrets(ring(benchSecrets.session), ring(benchSecrets.apiKey)).hashers,
    async sql<Row>(text: string, values: readonly unknown[] = []) {
      return (await pool.query(text, [...values])).rows as Row[];
    },
  };
}
