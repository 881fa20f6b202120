import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { onceATurn } from '../../src/platform/logging/once-a-turn.ts';

test('the lines of one turn of the event loop go out in one write, in their order', async () => {
  const writes: string[] = [];
  const output = onceATurn({ write: (lines) => writes.push(lines) });
  output.write('a\n');
  output.write('b\n');
  await turn();
  output.write('c\n');
  await turn();
  assert.deepEqual(writes, ['a\nb\n', 'c\n']);
});

test('what waits when the process ends goes out before its end', async () => {
  const logging = join(import.meta.dirname, '../../src/platform/logging/index.ts');
  const program = `
    const { createLogger } = await import(${JSON.stringify(logging)});
    createLogger({ level: 'info', format: 'json' }).info('the last words');
    process.exit(3);`;
  const ended = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  const { code, stdout } = (await ended.catch((error: unknown) => error)) as { code: number; stdout: string };
  assert.equal(code, 3);
  assert.match(stdout, /"msg":"the last words"/);
});
