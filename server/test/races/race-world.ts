import type { TestServer, TestServerOptions } from '../harness/server.ts';
import { insertApiKey, insertSuperAdmin, type TestSession } from '../harness/server-credentials.ts';
import { type Answer, assertRefused } from '../harness/server-http.ts';
import { insertWorld } from '../harness/server-world.ts';
import { startTwoProcesses } from './two-processes.ts';

/** A server of two processes with a small world and a super admin. */
export type RaceWorld = TestServer & {
  readonly root: TestSession;
  /** Asks for a decision as a backend would, with an API key. */
  ask<Data = Record<string, unknown>>(body: unknown): Promise<Answer<Data>>;
  /** Calls as the super admin. */
  call<Data = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer<Data>>;
  /** The same, of which anything but a success is an error. */
  done<Data = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Data>;
  /** How many rows a query gives. */
  count(text: string, values?: readonly unknown[]): Promise<number>;
  /** How many audit rows tell of an action on an object; on any object, when it is left out. */
  recorded(action: string, resourceId?: string): Promise<number>;
};

/** Starts the servers of a test file about races. */
export async function openRaceWorld(options: TestServerOptions = {}): Promise<RaceWorld> {
  const server = await startTwoProcesses(options);
  await insertWorld(server);
  const root = await insertSuperAdmin(server);
  const { key } = await insertApiKey(server, { permissions: ['authz:check'] });
  const count = async (text: string, values: readonly unknown[] = []) =>
    (await server.sql(text, values)).length;
  const call: RaceWorld['call'] = (method, path, body, headers) =>
    server.api(method, path, {
      token: root.token,
      ...(body === undefined ? {} : { body }),
      ...(headers === undefined ? {} : { headers }),
    });
  return {
    ...server,
    root,
    call,
    ask: (body) => server.api('POST', '/api/v1/authz/check', { key, body }),
    async done<Data>(method: string, path: string, body?: unknown) {
      const answer = await call<Data>(method, path, body);
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.text}`);
      return answer.body.data;
    },
    count,
    recorded: (action, resourceId) =>
      count(
        `select from audit_logs where action = $1 and trace ->> 'kind' = 'mutation'
           and ($2::text is null or resource_id = $2)`,
        [action, resourceId ?? null],
      ),
  };
}

/** Asserts that all answers but the ones of `status` are refusals with one of the codes. */
export function assertOthersRefused(
  answers: readonly Answer<unknown>[],
  status: number,
  ...codes: readonly Parameters<typeof assertRefused>[1][]
): void {
  for (const answer of answers) {
    if (answer.status === status) continue;
    const code = codes.find((one) => one === answer.body.error?.code);
    assertRefused(answer, code ?? (codes[0] as (typeof codes)[number]));
  }
}
