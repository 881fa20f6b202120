import type { ClientBase } from 'pg';
import { authSecrets } from '../../server/src/core/auth/index.ts';
import { mintApiKey } from '../../server/src/platform/crypto/index.ts';

const keyId = 'key_bench';

/** The secrets of all measured servers of one run. */
export const benchSecrets = {
  session: 'bench-session-secret-0123456789abcdef0123456789',
  apiKey: 'bench-api-key-secret-0123456789abcdef0123456789',
} as const;

/** The API key that asks the questions: a machine of the instance that may check, and nothing else. */
export const benchKey = mintApiKey(keyId);

/** Stores the key. */
export async function insertBenchKey(client: ClientBase): Promise<void> {
  const ring = (current: string) => ({ current, previous: [] });
  const { hashers } = authSecrets(ring(benchSecrets.session), ring(benchSecrets.apiKey));
  await client.query(
    `insert into api_keys (id, name, key_prefix, key_hash, level, permission_keys)
     values ($1, 'Benchmark', $2, $3, 'instance', '{authz:check}')`,
    [keyId, `ply_ak_${keyId}`, hashers.apiKey.hash(benchKey)],
  );
}
