import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ApiError } from '../../src/contract/api-error.ts';
import { isRefusal } from '../../src/contract/refusal.ts';
import { Metrics } from '../../src/core/system/metrics.ts';
import { metricsGate } from '../../src/core/system/metrics-gate.ts';
import { metricsHandlers } from '../../src/core/system/metrics-handlers.ts';
import {
  Counter,
  Histogram,
  labelled,
  metricsText,
  poolMetrics,
  processMetrics,
  sumOf,
} from '../../src/platform/metrics/index.ts';
import { superAdmin } from '../core-input.ts';
import { type OpenedDatabase, openTestDatabase } from '../registry/core-access.ts';

describe('the text format', () => {
  it('escapes what its grammar uses, in labels and in help', () => {
    const counter = new Counter('things_total', 'Things: a \\ and a\nline.');
    counter.add({ name: 'a"b\\c\nd' });
    assert.equal(
      metricsText([counter.family()]),
      '# HELP things_total Things: a \\\\ and a\\nline.\n' +
        '# TYPE things_total counter\n' +
        'things_total{name="a\\"b\\\\c\\nd"} 1\n',
    );
  });

  it('counts a value in its own bucket and all above, with sum and count', () => {
    const histogram = new Histogram('h', 'H.', [0.1, 1]);
    for (const value of [0.1, 0.5, 7]) histogram.observe({ op: 'x' }, value);
    assert.deepEqual(metricsText([histogram.family()]).split('\n').slice(2), [
      'h_bucket{op="x",le="0.1"} 1',
      'h_bucket{op="x",le="1"} 2',
      'h_bucket{op="x",le="+Inf"} 3',
      'h_sum{op="x"} 7.6',
      'h_count{op="x"} 3',
      '',
    ]);
  });
});

describe('the metrics of several processes', () => {
  const counted = (method: string, times: number) => {
    const metrics = new Metrics();
    for (let at = 0; at < times; at += 1) metrics.observeRequest('getHealth', method, 200, 0.25);
    return metrics.families();
  };

  it('add up by series, those of histograms too', () => {
    const text = metricsText(sumOf([counted('GET', 2), counted('HEAD', 1), counted('GET', 3)]));
    const of = (method: string) => `operation_id="getHealth",method="${method}",status="2xx"`;
    assert.ok(text.includes(`http_requests_total{${of('GET')}} 5\n`), text);
    assert.ok(text.includes(`http_requests_total{${of('HEAD')}} 1\n`), text);
    assert.ok(text.includes(`http_request_duration_seconds_bucket{${of('GET')},le="0.1"} 0\n`), text);
    assert.ok(text.includes(`http_request_duration_seconds_bucket{${of('GET')},le="+Inf"} 5\n`), text);
    assert.ok(text.includes(`http_request_duration_seconds_sum{${of('GET')}} 1.25\n`), text);
    assert.equal(text.match(/# TYPE http_requests_total /g)?.length, 1);
  });

  it('stay apart where each has a label of its own', () => {
    const pool = { totalCount: 3, idleCount: 1, waitingCount: 0 };
    const each = ['1', '2'].map((worker) => labelled(poolMetrics(pool), 'worker', worker));
    assert.deepEqual(metricsText(sumOf(each)).split('\n').slice(2, 6), [
      'database_pool_connections{state="busy",worker="1"} 2',
      'database_pool_connections{state="idle",worker="1"} 1',
      'database_pool_connections{state="busy",worker="2"} 2',
      'database_pool_connections{state="idle",worker="2"} 1',
    ]);
  });
});

describe('the metrics of a process', () => {
  let database: OpenedDatabase;
  before(async () => {
    database = await openTestDatabase();
  });
  after(() => database.drop());

  const textOf = (metrics: Metrics) => metricsText(metrics.families());
  const lines = (metrics: Metrics, name: string) =>
    textOf(metrics)
      .split('\n')
      .filter((line) => line.startsWith(name));

  it('start at zero', () => {
    const metrics = new Metrics();
    assert.deepEqual(lines(metrics, 'authz_denies_total'), ['authz_denies_total 0']);
    assert.deepEqual(lines(metrics, 'audit_logs_written_total'), ['audit_logs_written_total 0']);
  });

  it('count requests by operation, method and class of status', () => {
    const metrics = new Metrics();
    metrics.observeRequest('checkAuthorization', 'POST', 200, 0.004);
    metrics.observeRequest('checkAuthorization', 'POST', 200, 0.2);
    metrics.observeRequest('checkAuthorization', 'POST', 503, 1);
    assert.deepEqual(lines(metrics, 'http_requests_total'), [
      'http_requests_total{operation_id="checkAuthorization",method="POST",status="2xx"} 2',
      'http_requests_total{operation_id="checkAuthorization",method="POST",status="5xx"} 1',
    ]);
    const bucket = 'http_request_duration_seconds_bucket{operation_id="checkAuthorization",method="POST"';
    assert.ok(textOf(metrics).includes(`${bucket},status="2xx",le="0.005"} 1\n`));
    assert.ok(textOf(metrics).includes(`${bucket},status="2xx",le="+Inf"} 2\n`));
  });

  it('make no series of what callers choose', () => {
    const metrics = new Metrics();
    for (let at = 0; at < 100; at += 1) metrics.observeRequest(`op${at}`, `METHOD${at}`, 404, 0.1);
    metrics.observeRequest(null, 'GET', 1000, Number.NaN);
    metrics.observeRequest('toString', 'GET', 404, -1);
    assert.deepEqual(lines(metrics, 'http_requests_total'), [
      'http_requests_total{operation_id="none",method="other",status="4xx"} 100',
      'http_requests_total{operation_id="none",method="GET",status="other"} 1',
      'http_requests_total{operation_id="none",method="GET",status="4xx"} 1',
    ]);
    assert.ok(!textOf(metrics).includes('NaN'));
  });

  it('count decisions by outcome and deny code, and rows of the audit log', () => {
    const metrics = new Metrics();
    metrics.observeDecision('allow', null);
    metrics.observeDecision('deny', 'SCOPE_OUT_OF_BOUNDS');
    metrics.observeDecision('deny', 'SCOPE_OUT_OF_BOUNDS');
    metrics.observeAuditRows();
    metrics.observeAuditRows(256);
    assert.deepEqual(lines(metrics, 'authz_'), [
      'authz_decisions_total{decision="allow",deny_code=""} 1',
      'authz_decisions_total{decision="deny",deny_code="SCOPE_OUT_OF_BOUNDS"} 2',
      'authz_denies_total 2',
    ]);
    assert.deepEqual(lines(metrics, 'audit_logs'), ['audit_logs_written_total 257']);
  });

  const asked = (metricsEnabled: boolean) =>
    metricsHandlers({
      metricsEnabled,
      metricsReport: () => ({
        work: new Metrics().families(),
        own: [...poolMetrics(database.pool), ...processMetrics()],
      }),
      metricsOfAll: null,
    }).getMetrics({
      params: {},
      body: undefined,
      page: { limit: 50, after: null },
      ifVersion: null,
      access: superAdmin,
      request: { id: 'req_0123456789abcdef', ip: null, userAgent: null },
      idempotency: null,
      credential: null,
    });

  it('are given with those of process and database, each line in the form of the format', async () => {
    const reply = await asked(true);
    assert.ok(!isRefusal(reply) && 'text' in reply);
    assert.ok(reply.text.endsWith('\n'));
    const grammar =
      /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [0-9.e+-]+)$/;
    const given = reply.text.slice(0, -1).split('\n');
    for (const line of given) assert.match(line, grammar);
    const names = given.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]);
    assert.equal(new Set(names).size, names.length, 'a metric stands once');
    for (const name of ['process_resident_memory_bytes', 'database_pool_waiting', 'http_requests_total']) {
      assert.ok(names.includes(name), name);
    }
  });

  it('are off until the operator switches them on', async () => {
    const reply = await asked(false);
    assert.ok(isRefusal(reply) && reply.code === 'FEATURE_DISABLED');
  });
});

describe('the gate of the metrics', () => {
  const codeOf = (work: () => unknown) => {
    try {
      return work();
    } catch (error) {
      return error instanceof ApiError ? error.code : error;
    }
  };
  const header = 'x-plystra-metrics-token';
  const token = 'collector-token-0123456789';

  it('is shut while the metrics are off, even for the token', () => {
    const gate = metricsGate({ enabled: false, token });
    assert.equal(
      codeOf(() => gate({ [header]: token })),
      'FEATURE_DISABLED',
    );
  });

  it('takes the token and nothing else where there is one', () => {
    const gate = metricsGate({ enabled: true, token });
    assert.equal(gate({ [header]: token }), true);
    assert.equal(gate({ authorization: `Bearer ${token}` }), true);
    for (const headers of [
      {},
      { [header]: '' },
      { [header]: `${token}x` },
      { authorization: 'Bearer ply_at_0' },
      { authorization: token },
      { 'x-plystra-api-key': token },
      { [header]: 'wrong', authorization: `Bearer ${token}` },
    ]) {
      assert.equal(
        codeOf(() => gate(headers)),
        'METRICS_TOKEN_REQUIRED',
        JSON.stringify(headers),
      );
    }
  });

  it('leaves it to the permission where there is no token', () => {
    const gate = metricsGate({ enabled: true, token: null });
    assert.equal(gate({ [header]: 'anything' }), false);
  });
});
