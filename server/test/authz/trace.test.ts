import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide } from '../../src/core/authorization/deciding/decide.ts';
import type { Facts } from '../../src/core/authorization/deciding/facts.ts';
import { decisionTrace, traceJson } from '../../src/core/authorization/deciding/trace.ts';

const names = { displayName: 'An "invoice" \\ \u2028', description: null, status: 'active', metadata: {} };
const resourceType = { id: 'type_1', key: 'invoice', source: 'core', ...names };
const action = {
  ...names,
  id: 'action_1',
  resourceTypeId: 'type_1',
  riskLevel: 'normal',
  auditDefault: true,
};
const approve = { ...action, key: 'approve' };
const read = { ...action, id: 'action_2', key: 'read', metadata: { api_key: 'told to nobody' } };
const fields = { spaceField: 'space_id', groupField: null, ownerMemberField: null, visibilityField: null };
const kind = { storageKind: 'external', tableName: null, idField: 'id', metadataField: null };
const mapped = { resourceTypeId: 'type_1', status: 'active', metadata: {}, ...fields, ...kind };
const before = { ...mapped, id: 'mapping_1' };
const after = { ...mapped, id: 'mapping_2' };

/** Registries one after the other: each shares something with the one before it. */
const registries: readonly Pick<Facts, 'resourceType' | 'resourceAction' | 'resourceMapping'>[] = [
  { resourceType: null, resourceAction: null, resourceMapping: null },
  { resourceType, resourceAction: null, resourceMapping: null },
  { resourceType, resourceAction: null, resourceMapping: before },
  { resourceType, resourceAction: approve, resourceMapping: before },
  { resourceType, resourceAction: approve, resourceMapping: before },
  { resourceType, resourceAction: approve, resourceMapping: after },
  { resourceType, resourceAction: approve, resourceMapping: null },
  { resourceType, resourceAction: read, resourceMapping: after },
  { resourceType: { ...resourceType, key: 'bill' }, resourceAction: read, resourceMapping: after },
];

test('a trace as text is the trace, with what is registered as it is for this decision', () => {
  const actor = { userId: 'user_1', memberId: 'member_1', userMemberId: 'um_1', spaceId: 'space_1' };
  const question = { actor, action: 'approve', resourceType: 'invoice', resourceId: 'invoice_1' };
  const request = { id: 'req_1', ip: '127.0.0.1', userAgent: 'A "browser" \\' };
  for (const auditLogId of ['audit_1', null]) {
    for (const registry of registries) {
      const facts: Facts = { mode: 'managed', question, actor: null, target: null, grants: [], ...registry };
      const made = [decide(facts, 1_764_000_000_000), { traceId: 'trc_1', auditLogId, request }] as const;
      const trace = decisionTrace(...made);
      assert.equal(traceJson(...made), JSON.stringify(trace));
      assert.deepEqual(
        [
          trace.resource_registry?.resource_type,
          trace.resource_registry?.action,
          trace.resource_registry?.mapping,
        ].map((part) => part && [part.id, 'key' in part ? part.key : null]),
        [registry.resourceType, registry.resourceAction, registry.resourceMapping].map((part) => {
          const shown = part && [part.id, 'key' in part ? part.key : null];
          return registry.resourceType === null ? undefined : shown;
        }),
      );
    }
  }
});
