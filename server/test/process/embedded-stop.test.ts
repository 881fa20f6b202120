import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { loadConfig } from '../../src/platform/config/index.ts';
import { createLogger } from '../../src/platform/logging/index.ts';
import { runCore } from '../../src/run-core.ts';
import { postmasterOf } from '../crash/plystrad-process.ts';
import { closeFolders, newFolder } from '../harness/database-folder.ts';

after(closeFolders);

async function startCore() {
  const folder = newFolder();
  const lines: { level: string; msg: string }[] = [];
  const config = loadConfig({ SERVER_PORT: '0', PLYSTRA_DATA_DIR: folder });
  const log = createLogger({
    level: 'info',
    format: 'json',
    destination: { write: (line) => lines.push(JSON.parse(line)) },
  });
  return { folder, lines, core: await runCore(config, log, () => undefined) };
}

test('a normal stop under load warns of nothing', async () => {
  const { lines, core } = await startCore();
  const ready = () => fetch(`${core.url}/api/v1/ready`).then((answer) => answer.text());
  const load = Array.from({ length: 40 }, () => ready().catch(() => undefined));
  await load[0];
  await core.stop();
  await Promise.all(load);
  assert.deepEqual(
    lines.filter(({ level }) => level !== 'info'),
    [],
  );
});

test('a server whose embedded database is gone is not ready, and can be stopped', async () => {
  const { folder, core } = await startCore();
  process.kill(postmasterOf(folder) ?? 0, 'SIGKILL');
  assert.equal(await core.lost, 'database-stopped');
  assert.equal((await fetch(`${core.url}/api/v1/ready`)).status, 503);
  assert.equal((await fetch(`${core.url}/api/v1/health`)).status, 200);
  await core.stop({ atOnce: true });
});
