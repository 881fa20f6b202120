import pg from 'pg';
import {
  arrayElements,
  BoundStatement,
  jsonArray,
  textArray,
} from '../../../server/src/platform/database/index.ts';
import type { SentQuestion } from '../sent-question.ts';
import { controlAnswer, newRecordIds, type RecordIds } from './control-answer.ts';
import { auditColumns, rowValues } from './control-record.ts';
import { sampleTrace } from './sample-trace.ts';
import { serveControl } from './serve-control.ts';

// The least that "on disk before the answer" costs: no decision, a row of the usual size, one statement for all that
// waited while the last one committed.
const maxRows = 256;
const columns = auditColumns.join(', ');
const expressions = auditColumns.map((name, index) => {
  if (name === 'trace') return name;
  const cell = `frame[${index + 1}]`;
  return name === 'created_at' ? `${cell}::timestamptz` : cell;
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

/** The trace goes beside it, and its place in the frame is empty. */
function rowOf(question: SentQuestion, ids: RecordIds): string {
  return `{${arrayElements(rowValues(question, null, '', ids))}}`;
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
