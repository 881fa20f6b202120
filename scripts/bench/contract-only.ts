import { validators } from '../../server/src/contract/generated/core/validators/index.ts';
import { startStubApp } from '../../server/test/http/stub-app.ts';
import { answerData, newRecordIds } from './controls/control-answer.ts';
import type { SentQuestion } from './sent-question.ts';

// The way of a request through the contract without what lies behind it: the real routes, body reader, validators,
// envelope and headers; no credential, no database, no log, and the answer that `hello` gives.
await startStubApp({
  port: Number(process.env['BENCH_PORT']),
  validators,
  responseCheck: { mode: 'sampled', report: () => undefined },
  handlers: {
    checkAuthorization: async ({ body }: { body: unknown }) => ({
      status: 200,
      data: answerData(body as SentQuestion, null, newRecordIds()),
    }),
  },
});
