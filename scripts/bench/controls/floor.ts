import pg from 'pg';
import {
  arrayElements,
  BoundStatement,
  jsonArray,
  textArray,
} from '../../../server/src/platform/database/index.ts';
import type { SentQuestion } from '../sent-question.ts';
import { controlAnswer, newRecordIds, type RecordIds } from './control-answer.ts';
import { auditColumns } from './control-record.ts';
import { sampleTrace } from './sample-trace.ts';
import { serveControl } from './serve-control.ts';

// The least that "on disk before the answer" costs: no decision, a row of the usual size, one statement for all that
// waited while the last one committed.
const maxRows = 256;
const columns = auditColumns.join(', ');
const cells: readonly string[] = auditColumns.filter((name) => name !== 'trace');
const expressions = auditColumns.map((name) => {
  if (name === 'trace') return name;
  const cell = `frame[${cells.indexOf(name) + 1}]`;
  return name === 'created_at' ? `to_timestamp(${cell}::float8)` : cell;
});
const insertRows = `insert into audit_logs (${columns})
select ${expressions.join(', ')}
from (select frame::text[], trace from unnest($1::text[], $2::json[]) as r (frame, trace) offset 0) as r`;

type Waiting = {
  readonly row: string;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
};

const client = new pg.Client({ connectionString: process.env['DATABASE_URL'] });
await client.connect();
const statement = new BoundStatement(client, insertRows);
let queue: Waiting[] = [];
let busy = false;

async function flush(): Promise<void> {
  if (busy) return;
  busy = true;
  while (queue.length > 0) {
    const batch = queue.slice(0, maxRows);
    queue = queue.slice(maxRows);
    try {
      await statement.run([textArray(batch.map(({ row }) => row)), jsonArray(batch.map(() => sampleTrace))]);
      for (const { done } of batch) done();
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }
  busy = false;
}

function rowOf(question: SentQuestion, ids: RecordIds): string {
  const { actor } = question;
  // In the order of `cells`.
  const elements = arrayElements([
    ids.auditLogId,
    actor.space_id,
    actor.user_id,
    actor.member_id,
    actor.user_member_id,
    'key_bench',
    `${question.resource_type}.${question.action}`,
    question.resource_type,
    question.resource_id,
    'allow',
    null,
    ids.requestId,
    '127.0.0.1',
    'plystra-bench',
    ids.at.getTime() / 1000,
  ]);
  return `{${elements}}`;
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
