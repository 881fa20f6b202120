import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startTestServer } from '../harness/server.ts';
import { send } from '../harness/server-http.ts';
import { operationTable, requestFor } from './stub-app.ts';

const server = await startTestServer({ env: { METRICS_ENABLED: 'true' } });
after(() => server.stop());

test('every operation of the contract is served', async () => {
  for (const id of Object.keys(operationTable)) {
    const { method, path } = requestFor(id);
    const { status } = await send(server.url, method, path, method === 'POST' ? { body: {} } : {});
    assert.ok(![404, 405, 500, 501].includes(status), `${id}: ${status}`);
  }
});
