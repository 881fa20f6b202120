import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { listen, tryToListen } from '../../src/listen.ts';
import { loadConfig } from '../../src/platform/config/index.ts';
import { createLogger } from '../../src/platform/logging/index.ts';
import { runCore } from '../../src/run-core.ts';
import { closeFolders, newFolder } from '../harness/database-folder.ts';

after(closeFolders);

test('a port that is taken is named with what to do, before a database is made', async () => {
  const other = createServer();
  await listen(other, { host: '127.0.0.1', port: 0 });
  const { port } = other.address() as AddressInfo;
  const folder = newFolder();
  const config = loadConfig({ SERVER_PORT: String(port), PLYSTRA_DATA_DIR: folder });
  const log = createLogger({ level: 'silent', format: 'json' });
  try {
    await assert.rejects(
      runCore(config, log, () => undefined),
      {
        message:
          `Cannot listen on SERVER_HOST 127.0.0.1, SERVER_PORT ${port}: another process listens there. ` +
          'End it, or choose another SERVER_PORT (0 takes a free one).',
      },
    );
    assert.equal(existsSync(folder), false);
  } finally {
    other.close();
  }
});

test('an address of another machine is named with what to do', async () => {
  // 192.0.2.0/24 belongs to nobody (RFC 5737).
  const refused = tryToListen({ host: '192.0.2.1', port: 0 });
  await assert.rejects(refused, /SERVER_HOST 192\.0\.2\.1.*no such address.*0\.0\.0\.0/);
});

test('trying leaves the port free', async () => {
  const first = createServer();
  await listen(first, { host: '127.0.0.1', port: 0 });
  const { port } = first.address() as AddressInfo;
  await new Promise((resolve) => first.close(resolve));
  await tryToListen({ host: '127.0.0.1', port });
  await tryToListen({ host: '127.0.0.1', port });
});
