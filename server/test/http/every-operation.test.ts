import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { bindOperation } from '../../src/contract/bind-operation.ts';
import { startTestServer } from '../harness/server.ts';
import { send } from '../harness/server-http.ts';
import { lenientValidators, operationTable, requestFor } from './stub-app.ts';

const server = await startTestServer({ env: { METRICS_ENABLED: 'true', DATA_CONSOLE_ENABLED: 'true' } });
after(() => server.stop());

for (const [id, { security }] of Object.entries(operationTable)) {
  test(`${id} is built, and a stranger meets ${security.anonymous ? 'no fault' : 'its door'}`, async () => {
    const { method, path } = requestFor(id);
    const answer = await send(server.url, method, path, operationTable[id]?.body ? { body: {} } : {});
    assert.notEqual(answer.body.error?.code, 'ROUTE_NOT_FOUND');
    assert.ok(![405, 500, 501, 503].includes(answer.status), answer.text);
    const [line] = await server.logOf(answer.body.request_id);
    assert.equal(line?.['operation_id'], id);
  });
}

test('an operation without a handler keeps the server from starting', () => {
  const nothing = {} as Parameters<typeof bindOperation>[0];
  const bind = bindOperation({
    ...nothing,
    operations: operationTable,
    validators: lenientValidators,
    handlers: {},
  });
  assert.throws(() => bind('getHealth'), /getHealth has no handler/);
});
