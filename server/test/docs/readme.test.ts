import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ServerProcess, startServerProcess } from '../demo/server-process.ts';
import { blocksOf, pageAt } from './markdown.ts';
import { withMaturityTable } from './maturity-table.ts';

const readme = pageAt('README.md');
const blocks = blocksOf(readme);
const ofLanguage = (language: string) =>
  blocks.filter((block) => block.language === language).map(({ text }) => text);
const promised = ofLanguage('text').join('');
const isBootstrap = (text: string) => text.includes('/auth/register');

describe('the shell blocks of the README', () => {
  let server: ServerProcess;
  before(async () => {
    server = await startServerProcess();
  });
  after(() => server.stop());

  test('print on a fresh server what the README says', async () => {
    const ran = await server.run('bash', ['--norc', '-c', ofLanguage('bash').join('')]);
    assert.equal(ran.stderr, '');
    assertPrinted(ran.stdout, promised);
  });
});

describe('after the demo', () => {
  let server: ServerProcess;
  let demo: string;
  before(async () => {
    server = await startServerProcess();
    demo = (await server.demo()).stdout;
  });
  after(() => server.stop());

  test('the excerpt in the README is what it prints', () => {
    const [excerpt = 'none'] = ofLanguage('demo');
    assert.match(demo, pattern(excerpt));
  });

  test('the shell blocks print the same with its key instead of a registration', async () => {
    const [other = ''] = ofLanguage('sh').filter((text) => text.includes('demo.json'));
    const script = ofLanguage('bash').map((text) => (isBootstrap(text) ? other : text));
    const ran = await server.run('bash', ['--norc', '-c', script.join('')]);
    assert.equal(ran.stderr, '');
    assertPrinted(ran.stdout, promised);
  });
});

test('the table of what works is the one that the code gives', () => {
  assert.equal(readme, withMaturityTable(readme), 'Run: node server/test/docs/maturity-table.ts');
});

/** An ellipsis in the README stands for what differs from run to run. */
function assertPrinted(printed: string, wanted: string): void {
  assert.match(printed, new RegExp(`^${pattern(wanted).source}$`), `printed:\n${printed}`);
}

function pattern(text: string): RegExp {
  const escaped = text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(escaped.replaceAll('…', '[0-9a-f]+'));
}
