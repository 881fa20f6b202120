import pg from 'pg';
import { jsonArray } from '../../../server/src/platform/database/index.ts';
import type { SentQuestion } from '../sent-question.ts';
import { controlAnswer, newRecordIds, type RecordIds } from './control-answer.ts';
import { auditColumns } from './control-record.ts';
import { sampleTrace } from './sample-trace.ts';
import { serveControl } from './serve-control.ts';

// The least that "on disk before the answer" costs: no decision, a row of the usual size, one statement for all that
// waited while the last one committed.
const maxRows = 256;
const columns = auditColumns.join(', ');
const types: Readonly<Record<string, string>> = { created_at: 'timestamptz' };
const frame = auditColumns.filter((name) => name !== 'trace');
const insertRows = `insert into audit_logs (${columns})
select ${columns} from rows from (
  json_to_recordset($1) as (${frame.map((name) => `${name} ${types[name] ?? 'text'}`).join(', ')}), unnest($2::json[])
) as r (${frame.join(', ')}, trace)`;

type Waiting = {
  readonly row: string;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
};

const client = new pg.Client({ connectionString: process.env['DATABASE_URL'] });
await client.connect();
let queue: Waiting[] = [];
let busy = false;

async function flush(): Promise<void> {
  if (busy) return;
  busy = true;
  while (queue.length > 0) {
    const batch = queue.slice(0, maxRows);
    queue = queue.slice(maxRows);
    try {
      const rows = `[${batch.map(({ row }) => row).join(',')}]`;
      const traces = jsonArray(batch.map(() => sampleTrace));
      await client.query({ name: 'rows', text: insertRows, values: [rows, traces] });
      for (const { done } of batch) done();
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }
  busy = false;
}

function rowOf(question: SentQuestion, ids: RecordIds): string {
  const { actor } = question;
  const values = [
    ['id', ids.auditLogId],
    ['space_id', actor.space_id],
    ['actor_user_id', actor.user_id],
    ['actor_member_id', actor.member_id],
    ['actor_user_member_id', actor.user_member_id],
    ['actor_api_key_id', 'key_bench'],
    ['action', `${question.resource_type}.${question.action}`],
    ['resource_type', question.resource_type],
    ['resource_id', question.resource_id],
    ['decision', 'allow'],
    ['request_id', ids.requestId],
    ['ip_address', '127.0.0.1'],
    ['user_agent', 'plystra-bench'],
    ['created_at', ids.at.toISOString()],
  ];
  return `{${values.map(([name, value]) => `"${name}":${JSON.stringify(value)}`).join(',')}}`;
}

serveControl((question) => {
  const ids = newRecordIds();
  return new Promise((resolve, reject) => {
    queue.push({
      row: rowOf(question, ids),
      done: () => resolve(controlAnswer(question, null, ids)),
      failed: reject,
    });
    void flush();
  });
});
