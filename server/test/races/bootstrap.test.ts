import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { TestServer } from '../harness/server.ts';
import { atOnce, behindProxy, fromAddress, race, tally, withStatus } from './race.ts';
import { assertOthersRefused } from './race-world.ts';
import { startTwoProcesses } from './two-processes.ts';

let server: TestServer;
before(async () => {
  server = await startTwoProcesses({ env: behindProxy });
});
after(() => server.stop());

const living = `select from admin_grants where level = 'instance_super_admin' and status = 'active'`;

race(
  'of 50 who register as the first super admin one becomes it, and nothing is left of the others',
  async (round) => {
    // Before there is a super admin, as at the first start.
    await server.sql(
      `update admin_grants set status = 'revoked', revoked_at = now() where status = 'active'`,
    );
    const answers = await atOnce((caller) =>
      server.api('POST', '/api/v1/auth/register', {
        headers: fromAddress(round),
        body: {
          email: `first_${round}_${caller}@example.com`,
          password: 'correct battery staple horses',
          registration_token: server.bootstrapToken,
        },
      }),
    );
    assert.equal(withStatus(answers, 201).length, 1, tally(answers));
    assertOthersRefused(
      answers,
      201,
      'REGISTRATION_DISABLED',
      'AUTH_RATE_LIMITED',
      'REGISTRATION_LOCK_UNAVAILABLE',
      'HASHING_BUSY',
    );
    assert.equal((await server.sql(living)).length, 1);
    for (const table of ['users', 'members', 'user_members', 'sessions']) {
      assert.equal((await server.sql(`select from ${table}`)).length, round + 1, table);
    }
    const rows = await server.sql(`select from audit_logs where action = 'auth.registered'`);
    assert.equal(rows.length, round + 1);
  },
);
