import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { commands } from '../../src/cli/commands.ts';
import { runCommandLine } from '../../src/cli/run-command-line.ts';
import { jsonOf, on, plystractl, type Run } from './run-plystractl.ts';

const release = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')) as {
  version: string;
};

/** Runs a command line that needs no database, without a process for it. */
async function here(args: readonly string[], environment = {}): Promise<Run> {
  const text = { stdout: '', stderr: '' };
  const exitCode = await runCommandLine({
    args,
    commands,
    environment,
    stdout: { write: (said) => (text.stdout += said) },
    stderr: { write: (said) => (text.stderr += said) },
    signal: new AbortController().signal,
    stdin: Readable.from([]),
    chains: [],
    version: release.version,
  });
  return { exitCode, ...text };
}

test('the process says and ends as the command line does', async () => {
  for (const args of [['--help'], ['migrate', 'stauts'], ['--version', '--json']]) {
    assert.deepEqual(await plystractl(args), await here(args), args.join(' '));
  }
  const environment = { SERVER_PORT: 'http' };
  const args = ['migrate', 'up'];
  assert.deepEqual(await plystractl(args, { environment }), await here(args, environment));
});

describe('help', () => {
  test('of the program lists every command, and goes to stdout', async () => {
    const run = await here(['--help']);
    assert.equal(run.exitCode, 0);
    assert.equal(run.stderr, '');
    assert.match(run.stdout, /^Usage: plystractl <command> \[options\]\n/);
    for (const { name, summary } of commands) {
      assert.match(run.stdout, new RegExp(`^ {2}${name.join(' ')} +${summary}$`, 'm'));
    }
    for (const words of [['-h'], ['help']]) assert.deepEqual(await here(words), run);
  });

  test('of a group lists its commands alone', async () => {
    const { exitCode, stdout } = await here(['migrate', '-h']);
    assert.equal(exitCode, 0);
    assert.match(stdout, /^Usage: plystractl migrate <status\|plan\|up\|verify> \[options\]\n/);
    assert.doesNotMatch(stdout, /schema check/);
  });

  for (const words of [
    ['migrate', 'up', '--help'],
    ['--help', 'migrate', 'up'],
    ['help', 'migrate', 'up'],
    // A wrong option beside it is no reason to keep the help back.
    ['migrate', 'up', '--nonsense', '-h'],
  ]) {
    test(`of a command: ${words.join(' ')}`, async () => {
      const { exitCode, stdout, stderr } = await here(words);
      assert.equal(exitCode, 0);
      assert.match(stdout, /^Usage: plystractl migrate up \[--json\]\n\nApply the pending migrations/);
      assert.match(stdout, /--json .*\n.*-h, --help/);
      assert.equal(stderr, '');
    });
  }

  test('of an alias names the command that it stands for', async () => {
    const { stdout } = await here(['ent', 'check', '--help']);
    assert.match(stdout, /^Usage: plystractl ent check \[--json\]\n/);
    assert.match(stdout, /Also called as: schema check, ent status, ent plan\n$/);
  });
});

test('the version is the one of the package', async () => {
  const text = await here(['--version']);
  assert.deepEqual(text, { exitCode: 0, stdout: `${release.version}\n`, stderr: '' });
  assert.deepEqual(jsonOf(await here(['--version', '--json'])), { ok: true, version: release.version });
});

describe('a command line that is wrong ends with 2, says what, what was meant, and the usage', () => {
  const wrong: [args: string[], message: string, usage: string][] = [
    [
      [],
      'A command is missing. One of: migrate, schema, doctor, admin, audit.',
      'plystractl <command> [options]',
    ],
    [
      ['migrate'],
      '"migrate" needs a further word. One of: status, plan, up, verify.',
      'plystractl migrate <status|plan|up|verify> [options]',
    ],
    [
      ['migrat', 'up'],
      '"plystractl" has no command "migrat". Did you mean "migrate"?',
      'plystractl <command> [options]',
    ],
    [
      ['migrate-up'],
      '"plystractl" has no command "migrate-up". Did you mean "migrate up"?',
      'plystractl <command> [options]',
    ],
    [
      ['verify'],
      '"plystractl" has no command "verify". Did you mean "migrate verify"?',
      'plystractl <command> [options]',
    ],
    [
      ['migrate', 'stauts'],
      '"migrate" has no command "stauts". Did you mean "status"?',
      'plystractl migrate <status|plan|up|verify> [options]',
    ],
    [['xylophone'], '"plystractl" has no command "xylophone".', 'plystractl <command> [options]'],
    [['--jsno'], 'Unknown option "--jsno". Did you mean "--json"?', 'plystractl <command> [options]'],
    [
      ['migrate', 'up', '--jsn'],
      '"migrate up" has no option "--jsn". Did you mean "--json"?',
      'plystractl migrate up [--json]',
    ],
    [
      ['migrate', 'up', '--version'],
      '"migrate up" has no option "--version".',
      'plystractl migrate up [--json]',
    ],
    [['migrate', 'up', '002'], '"migrate up" takes no argument "002".', 'plystractl migrate up [--json]'],
    [
      ['migrate', 'up', '--', '--json'],
      '"migrate up" takes no argument "--json".',
      'plystractl migrate up [--json]',
    ],
    [
      ['ent', 'check', '--json=yes'],
      "Option '--json' does not take an argument.",
      'plystractl ent check [--json]',
    ],
  ];
  for (const [args, message, usage] of wrong) {
    test(`plystractl ${args.join(' ')}`, async () => {
      const run = await here(args);
      assert.equal(run.stderr, `plystractl: ${message}\nusage: ${usage}\n`);
      assert.equal(run.exitCode, 2);
    });
  }

  test('with --json the same is a document on stdout', async () => {
    const run = await here(['migrate', 'stauts', '--json']);
    assert.equal(run.exitCode, 2);
    assert.deepEqual(jsonOf(run), {
      ok: false,
      error: {
        code: 'USAGE',
        message: '"migrate" has no command "stauts". Did you mean "status"?',
        usage: 'plystractl migrate <status|plan|up|verify> [options]',
      },
    });
  });
});

describe('a wrong configuration ends with 78', () => {
  const environment = {
    ...on('mysql://root:hunter2-hunter2@localhost/x'),
    SERVER_PORT: 'http',
    PLYSTRA_DATABASE_UL: 'x',
  };
  test('and a list of every problem, without a password', async () => {
    const { exitCode, stdout, stderr } = await here(['migrate', 'status'], environment);
    assert.equal(exitCode, 78);
    assert.equal(stdout, '');
    assert.match(stderr, /^plystractl: 3 problems in the configuration\.\n/);
    assert.match(stderr, /^ {2}SERVER_PORT: is "http", which is not a whole number\n {4}accepted: /m);
    assert.match(stderr, /^ {2}DATABASE_URL: /m);
    assert.match(stderr, /^ {2}PLYSTRA_DATABASE_UL: is not a variable .*did you mean DATABASE_URL\?/m);
    assert.doesNotMatch(stderr, /hunter2/);
  });

  test('with --json as a document', async () => {
    const run = await here(['schema', 'check', '--json'], environment);
    assert.equal(run.exitCode, 78);
    const { ok, error } = jsonOf(run) as {
      ok: boolean;
      error: { code: string; problems: { variable: string }[] };
    };
    assert.equal(ok, false);
    assert.equal(error.code, 'CONFIG_INVALID');
    assert.deepEqual(
      new Set(error.problems.map(({ variable }) => variable)),
      new Set(['SERVER_PORT', 'DATABASE_URL', 'PLYSTRA_DATABASE_UL']),
    );
  });
});
