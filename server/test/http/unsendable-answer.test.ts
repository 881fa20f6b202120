import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { RequestLine } from '../../src/contract/request-line.ts';
import { assertRefused, send } from '../harness/server-http.ts';
import { startStubApp } from './stub-app.ts';

const unsendable = { 'with a line break': 'a\nb', 'beyond Latin-1': '\u2028', 'that is missing': undefined };
const lines: { line: RequestLine; fault: unknown }[] = [];
let header: string | undefined;
const app = await startStubApp({
  handlers: { getHealth: async () => ({ status: 200, data: {}, headers: { ETag: header as string } }) },
  logRequest: (line, fault) => lines.push({ line, fault }),
});
after(() => app.stop());

for (const [what, value] of Object.entries(unsendable)) {
  for (const origin of [undefined, 'https://app.example.com']) {
    test(`an answer with a header ${what} is an internal error, and is logged as one${origin === undefined ? '' : ', for an origin too'}`, async () => {
      header = value;
      lines.length = 0;
      const headers = origin === undefined ? {} : { Origin: origin };
      const answer = await send(app.url, 'GET', '/api/v1/health', { headers });
      assertRefused(answer, 'INTERNAL_ERROR');
      assert.equal(answer.headers['x-content-type-options'], 'nosniff');
      assert.equal(answer.headers['access-control-allow-origin'], origin);
      const [{ line, fault } = assert.fail('There is no line.')] = lines;
      assert.equal(line.status, 500);
      assert.equal(line.error_code, 'INTERNAL_ERROR');
      assert.ok(fault instanceof TypeError);
    });
  }
}
