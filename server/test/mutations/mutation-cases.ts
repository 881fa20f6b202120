import { operations } from '../../src/contract/generated/core/operations.ts';
import type { Operation } from '../../src/contract/operation.ts';
import type { Answer } from '../harness/server-http.ts';
import { accessCases } from './access-cases.ts';
import { authCases } from './auth-cases.ts';
import { identityCases } from './identity-cases.ts';
import type { Call, MutationCase, OperationId } from './mutation-case.ts';
import type { MutationWorld } from './mutation-world.ts';
import { pluginCases } from './plugin-cases.ts';
import { registryCases } from './registry-cases.ts';

/** The cases of every operation that declares audit rows. */
export const mutationCases: Readonly<Partial<Record<OperationId, readonly MutationCase[]>>> = {
  ...identityCases,
  ...accessCases,
  ...registryCases,
  ...pluginCases,
  ...authCases,
};

/** The operations of Core that declare audit rows. */
export const mutatingOperations: readonly OperationId[] = (Object.keys(operations) as OperationId[]).filter(
  (id) => operations[id].audit.length > 0,
);

/** An operation as the contract declares it. */
export function operationOf(id: OperationId): Operation {
  return operations[id];
}

/** Sends a call of an operation. `userAgent` comes to stand in the audit rows. */
export function perform(
  world: MutationWorld,
  id: OperationId,
  { params = {}, body, headers = {}, as = world.root.token }: Call,
  userAgent = 'mutation',
): Promise<Answer> {
  const operation = operationOf(id);
  const filled: Readonly<Record<string, string>> = { space_id: 'space_1', ...params };
  const path = operation.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
    const value = filled[name];
    if (value === undefined) throw new Error(`${id} has no ${name}.`);
    return encodeURIComponent(value);
  });
  return world.api(operation.method.toUpperCase(), path, {
    ...(body === undefined ? {} : { body }),
    ...(as === null ? {} : { token: as }),
    headers: { 'User-Agent': userAgent, ...headers },
  });
}
