import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { ApiError } from '../../src/contract/api-error.ts';
import { permissionKeys } from '../../src/contract/generated/permission-keys.ts';
import type { AnyHandler } from '../../src/contract/handlers.ts';
import type { Principal, Proven } from '../../src/contract/ports.ts';
import type { Reach } from '../../src/contract/reach.ts';
import { covers, type HeldRight } from '../../src/contract/rights.ts';
import { createGuard } from '../../src/core/admin/index.ts';
import { type Answer, assertRefused, send } from '../harness/server-http.ts';
import { operationTable, principalWith, requestFor, startStubApp } from './stub-app.ts';

/** What ran for one request, in order. */
let steps: string[] = [];
let caller: Principal | null = null;
let refusal: ApiError | null = null;
/** An empty database: no object is anywhere. */
const nothing = { query: async () => ({ rows: [] }) };
const realGuard = createGuard(nothing);
const everywhere: Reach = { level: 'instance' };
const elsewhere: Reach = { level: 'space', spaceId: 'space_elsewhere' };
const ids = Object.keys(operationTable);

const handlers: Record<string, AnyHandler> = Object.fromEntries(
  Object.entries(operationTable).map(([id, { success }]): [string, AnyHandler] => [
    id,
    async ({ access }) => {
      steps.push(`handler ${id} ${access === null ? 'without' : 'with'} access`);
      await access?.again(nothing, { hold: true });
      return { status: success[0]?.status ?? 200, data: {} };
    },
  ]),
);

const provenAs = (principal: Principal): Proven => ({
  principal,
  again: async () => {
    steps.push('credentials again');
    return principal;
  },
});

const parts = {
  handlers,
  credentials: {
    sent: () => null,
    authenticate: async () => {
      steps.push('credentials');
      return caller === null ? null : provenAs(caller);
    },
  },
};
const spied = {
  ...parts,
  guard: {
    authorize: async (_: Principal, { operation }: Parameters<typeof realGuard.authorize>[1]) => {
      const id = Object.keys(operationTable).find((name) => operationTable[name] === operation);
      const { permission, scope } = operation;
      steps.push(`guard ${id} ${permission} ${JSON.stringify(scope)}`);
      if (refusal !== null) throw refusal;
      return [];
    },
  },
};
const app = await startStubApp(spied);
const nested = await startStubApp({ ...spied, mountedBelow: '/tenants/:id' });
const guarded = await startStubApp({ ...parts, guard: realGuard });
after(async () => {
  await app.stop();
  await nested.stop();
  await guarded.stop();
});

describe('each operation runs its own guard', () => {
  for (const id of ids) {
    const operation = operationTable[id];
    assert.ok(operation !== undefined);
    const { security, permission, scope } = operation;
    const credentialed = security.session || security.apiKey;
    const kind = security.session ? 'session' : 'api_key';
    const guard = `guard ${id} ${permission} ${JSON.stringify(scope)}`;

    test(`${id}: credentials, then the guard with its permission and scope, then its handler`, async () => {
      for (const [url, prefix] of [
        [app.url, ''],
        [nested.url, '/tenants/t_1'],
      ] as const) {
        await call(url, id, principalWith([], kind), prefix);
        const expected = credentialed
          ? ['credentials', guard, `handler ${id} with access`, 'credentials again', guard]
          : [`handler ${id} without access`];
        assert.deepEqual(steps, expected);
      }
    });

    if (!credentialed) continue;

    test(`${id}: no credential, ${security.anonymous ? 'no access' : 'no handler'}`, async () => {
      const answer = await call(app.url, id, null);
      if (security.anonymous) {
        assert.deepEqual(steps, ['credentials', `handler ${id} without access`]);
      } else {
        assertRefused(answer, 'AUTHENTICATION_REQUIRED');
        assert.deepEqual(steps, ['credentials']);
      }
    });

    test(`${id}: what the guard refuses, the handler never sees`, async () => {
      refusal = new ApiError('ADMIN_PERMISSION_REQUIRED', { details: { permission: 'x:y' } });
      const answer = await call(app.url, id, principalWith([], kind)).finally(() => {
        refusal = null;
      });
      assertRefused(answer, 'ADMIN_PERMISSION_REQUIRED');
      assert.deepEqual(steps, ['credentials', guard]);
    });

    const strange = security.apiKey ? (security.session ? null : 'session') : 'api_key';
    if (strange !== null && security.anonymous) {
      test(`${id}: a credential of the other kind counts as left out`, async () => {
        await call(app.url, id, principalWith([], strange));
        assert.deepEqual(steps, ['credentials', `handler ${id} without access`]);
      });
    } else if (strange !== null) {
      test(`${id}: a credential of the other kind never reaches guard and handler`, async () => {
        const answer = await call(app.url, id, principalWith([], strange));
        assertRefused(answer, permission === null ? 'AUTHENTICATION_REQUIRED' : 'ADMIN_PERMISSION_REQUIRED');
        assert.deepEqual(steps, ['credentials']);
      });
    }

    if (permission === null) continue;

    test(`${id}: every other permission everywhere is not ${permission}`, async () => {
      const others = Object.keys(permissionKeys).filter((key) => !covers(key, permission));
      const rights = others.map((key) => right(key, everywhere));
      const answer = await call(guarded.url, id, principalWith(rights, kind));
      assertRefused(answer, 'ADMIN_PERMISSION_REQUIRED');
      assert.deepEqual(answer.body.error.details, { permission });
      assert.deepEqual(steps, ['credentials']);
    });

    test(`${id}: ${permission} everywhere is enough, where its object exists`, async () => {
      const answer = await call(guarded.url, id, principalWith([right(permission, everywhere)], kind));
      if (scope.kind === 'entity') assert.equal(answer.status, 404);
      else assert.ok(steps.includes(`handler ${id} with access`), answer.text);
    });

    test(`${id}: ${permission} in another Space reaches ${scope.kind} only if that is no place`, async () => {
      const answer = await call(guarded.url, id, principalWith([right(permission, elsewhere)], kind));
      const anywhere = scope.kind === 'none' || scope.kind === 'self';
      if (anywhere) assert.ok(steps.includes(`handler ${id} with access`), answer.text);
      else assert.deepEqual(steps, ['credentials']);
    });
  }
});

describe('the token of a metrics collector', async () => {
  let asked = 0;
  const admitting = await startStubApp({
    ...spied,
    admitsCollector: () => {
      asked += 1;
      return true;
    },
  });
  after(() => admitting.stop());

  for (const id of ids) {
    const takesIt = operationTable[id]?.security.metricsToken === true;
    test(`${id}: the token ${takesIt ? 'lets in without a credential' : 'is not looked at'}`, async () => {
      asked = 0;
      await call(admitting.url, id, null);
      assert.equal(asked, takesIt ? 1 : 0);
      if (takesIt) assert.deepEqual(steps, [`handler ${id} without access`]);
    });
  }

  test('getMetrics is the one operation that takes it', () => {
    const taking = ids.filter((id) => operationTable[id]?.security.metricsToken === true);
    assert.deepEqual(taking, ['getMetrics']);
  });
});

describe('the table', () => {
  test('an operation without credentials is one of the few that are meant to be open', () => {
    const open = ids.filter((id) => {
      const { session, apiKey, anonymous } = operationTable[id]?.security ?? {};
      return !(session || apiKey) || anonymous;
    });
    assert.deepEqual(open.sort(), [
      'getHealth',
      'getReadiness',
      'getVersion',
      'login',
      'logout',
      'refreshSession',
      'register',
    ]);
  });

  test('an operation without a permission acts on the caller itself, but for those that look at it themselves', () => {
    const unscoped = ids.filter((id) => {
      const { permission, scope, security } = operationTable[id] ?? {};
      return permission === null && scope?.kind !== 'self' && (security?.session || security?.apiKey);
    });
    // The first answers what the caller may administer, the second tells more to some, the third ends a session.
    assert.deepEqual(unscoped.sort(), ['getAdminMe', 'getReadiness', 'logout']);
  });
});

function right(permissionKey: string, reach: Reach): HeldRight {
  return { permissionKey, reach, superAdmin: false, expiresAt: null, memberId: null };
}

/** Sends the operation's request for a caller, with a body that names `space_1` wherever one can be named. */
async function call(url: string, id: string, as: Principal | null, prefix = ''): Promise<Answer<unknown>> {
  const { method, path } = requestFor(id);
  const body = { space_id: 'space_1', actor: { space_id: 'space_1' }, resource: { space_id: 'space_1' } };
  steps = [];
  caller = as;
  return send(url, method, prefix + path, operationTable[id]?.body ? { body } : {});
}
