import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AuditIdSource,
  instantOfAuditId,
  isId,
  newAuditIds,
  newId,
  newRequestId,
  newSessionId,
} from '../../src/platform/ids/index.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

describe('ids', () => {
  test('have their prefix and their number of digits, and are ids themselves', () => {
    assert.match(newId('usr'), /^usr_[0-9a-f]{16}$/);
    assert.match(newSessionId(), /^sess_[0-9a-f]{64}$/);
    assert.ok(isId(newId('usr')) && isId(newSessionId()) && isId(newAuditIds(NOW).auditLogId));
    assert.notEqual(newId('usr'), newId('usr'));
  });

  test('of requests rise with time', () => {
    assert.match(newRequestId(NOW), /^req_019b7ca98f2e[0-9a-f]{12}$/);
    assert.ok(newRequestId(NOW) < newRequestId(NOW + 1));
    assert.notEqual(newRequestId(NOW), newRequestId(NOW));
  });

  test('begin with a letter or digit and have 1 to 128 characters', () => {
    for (const id of ['a', '0', 'A_b.c:d-e', 'x'.repeat(128)]) assert.ok(isId(id), id);
    for (const id of ['', '_a', '.', '-a', 'a b', 'a/b', 'a\n', 'é', 'x'.repeat(129)])
      assert.ok(!isId(id), id);
  });
});

describe('audit ids', () => {
  test('are one UUID of version 7 under two names, and tell their instant', () => {
    const { auditLogId, traceId } = new AuditIdSource().next(NOW + 0.9);
    assert.match(auditLogId, /^audit_[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
    assert.equal(traceId, auditLogId.replace('audit_', 'trc_'));
    assert.equal(instantOfAuditId(auditLogId), NOW);
    assert.equal(instantOfAuditId(traceId), NOW);
  });

  test('rise within a millisecond, over a full counter, and while the clock steps back', () => {
    const source = new AuditIdSource();
    const instants = [...new Array<number>(10_000).fill(NOW), NOW - 5000, NOW - 59_000, NOW];
    const ids = instants.map((instant) => source.next(instant).auditLogId);
    assert.deepEqual(ids.toSorted(), ids);
    assert.equal(new Set(ids).size, ids.length);
    const last = instantOfAuditId(ids.at(-1) ?? '') ?? 0;
    assert.ok(last >= NOW + 2 && last <= NOW + 6, 'a full counter borrows the next millisecond');
  });

  test('follow a clock that was set back far', () => {
    const source = new AuditIdSource();
    source.next(NOW + 86_400_000);
    assert.equal(instantOfAuditId(source.next(NOW).auditLogId), NOW);
  });

  test('need a time that fits', () => {
    for (const instant of [-1, Number.NaN, 2 ** 48]) assert.throws(() => newAuditIds(instant), RangeError);
  });

  test('other texts have no instant', () => {
    const { auditLogId } = newAuditIds(NOW);
    const others = ['', 'audit_', auditLogId.slice(6), `${auditLogId}0`, auditLogId.toUpperCase()];
    for (const id of [...others, auditLogId.replace(/^(audit_.{12})7/, (_, head: string) => `${head}4`)])
      assert.equal(instantOfAuditId(id), null, id);
  });
});
