import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createOutput } from '../../src/cli/output.ts';

function stream(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
}

describe('colours', () => {
  const painted = (isTTY: boolean, environment: Record<string, string>): string =>
    createOutput(stream(isTTY), stream(isTTY), environment, false).paint('green', 'applied');
  test('are there on a terminal', () => {
    assert.equal(painted(true, {}), '\x1b[32mapplied\x1b[39m');
    assert.equal(painted(true, { NO_COLOR: '' }), '\x1b[32mapplied\x1b[39m');
  });
  test('are not there elsewhere, with NO_COLOR, or on a terminal that has none', () => {
    assert.equal(painted(false, { FORCE_COLOR: '1' }), 'applied');
    assert.equal(painted(true, { NO_COLOR: '1' }), 'applied');
    assert.equal(painted(true, { TERM: 'dumb' }), 'applied');
  });
});

describe('progress', () => {
  test('is a bar on a terminal, above which lines appear, and which goes away', () => {
    const terminal = stream(true);
    const output = createOutput(terminal, terminal, {}, false);
    output.progress(1, 2, 'applying 002 b');
    output.line('applied 001 a');
    output.endProgress();
    output.note('done');
    const bar = '[==========          ] 1/2 applying 002 b';
    assert.equal(terminal.written.join(''), `${bar}\r\x1b[2Kapplied 001 a\n${bar}\r\x1b[2Kdone\n`);
  });
  test('is a line elsewhere', () => {
    const log = stream(false);
    const output = createOutput(stream(false), log, {}, false);
    output.progress(1, 2, 'applying 002 b');
    output.endProgress();
    assert.deepEqual(log.written, ['applying 002 b (2 of 2)\n']);
  });
});

test('with --json the lines of the result are left out, the notes are not', () => {
  const [stdout, stderr] = [stream(false), stream(false)];
  const output = createOutput(stdout, stderr, {}, true);
  output.line('applied 001 a');
  output.note('Database: x.');
  assert.deepEqual([stdout.written, stderr.written.join('')], [[], 'Database: x.\n']);
});
