import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { onceATurn } from '../../src/platform/logging/once-a-turn.ts';

const logging = join(import.meta.dirname, '../../src/platform/logging/index.ts');

/** What a process has written that runs these statements on a logger, and how it ended. */
async function said(statements: string): Promise<{ messages: unknown[]; code: unknown; signal: unknown }> {
  const program = `
    const { createLogger } = await import(${JSON.stringify(logging)});
    const log = createLogger({ level: 'info', format: 'json' });
    ${statements}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [lines, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const messages = lines.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).msg]));
  return { messages, code, signal };
}

function recording() {
  const writes: string[] = [];
  return { writes, output: onceATurn({ write: (lines) => writes.push(lines) }) };
}

test('the lines of one turn of the event loop go out in one write, in their order', async () => {
  const { writes, output } = recording();
  output.write('a\n', false);
  output.write('b\n', false);
  await turn();
  output.write('c\n', false);
  await turn();
  assert.deepEqual(writes, ['a\nb\n', 'c\n']);
});

test('an urgent line goes out at once, behind those that wait', () => {
  const { writes, output } = recording();
  output.write('a\n', false);
  output.write('b\n', true);
  assert.deepEqual(writes, ['a\nb\n']);
});

test('no write is longer than what goes through a pipe in one piece, but for a line that is longer itself', async () => {
  const { writes, output } = recording();
  for (let n = 0; n < 100; n += 1) output.write(`${'ä'.repeat(50)}\n`, false);
  output.write(`${'x'.repeat(5_000)}\n`, false);
  output.write('y\n', false);
  await turn();
  const sizes = writes.map((lines) => Buffer.byteLength(lines));
  assert.deepEqual(sizes, [4_040, 4_040, 2_020, 5_001, 2]);
});

test('what waits when the process exits goes out, and what is logged while it exits', async () => {
  const { messages, code } = await said(`
    process.on('exit', () => log.info('while it exits'));
    log.info('the last words');
    process.exit(3);`);
  assert.deepEqual(messages, ['the last words', 'while it exits']);
  assert.equal(code, 3);
});

test('a warning is out when it is given, whatever comes then', async () => {
  const { messages, signal } = await said(`
    log.info('before');
    log.warn('the warning');
    log.info('lost');
    process.kill(process.pid, 'SIGKILL');`);
  assert.deepEqual(messages, ['before', 'the warning']);
  assert.equal(signal, 'SIGKILL');
});

test('many loggers write through one output', async () => {
  const { messages } = await said(`
    process.on('warning', ({ name }) => log.error(name));
    for (let n = 0; n < 20; n += 1) createLogger({ level: 'info', format: 'json' }).info('line ' + n);
    await new Promise((resolve) => setTimeout(resolve, 20));`);
  assert.deepEqual(
    messages,
    Array.from({ length: 20 }, (_, n) => `line ${n}`),
  );
});
