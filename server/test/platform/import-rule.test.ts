import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { root } from '../docs/markdown.ts';

/** What each place may not import, and what it may. */
const rules: Readonly<
  Record<string, { readonly refused: readonly string[]; readonly passed: readonly string[] }>
> = {
  'server/src/entry.ts': {
    refused: ['./core/identity/users.ts', './core/auth/credentials.ts', './core/plugins/official/index.ts'],
    passed: [
      './core/identity/index.ts',
      './core/handlers.ts',
      './contract/app.ts',
      './platform/net/index.ts',
    ],
  },
  'server/src/cli/command-x.ts': {
    refused: ['../core/identity/users.ts'],
    passed: [
      '../core/identity/index.ts',
      '../core/handlers.ts',
      '../platform/net/index.ts',
      '../run-core.ts',
    ],
  },
  'server/src/workers/x.ts': {
    refused: ['../core/identity/users.ts'],
    passed: ['../core/identity/index.ts', '../platform/net/index.ts', '../serve-core.ts'],
  },
  'server/src/platform/net/x.ts': {
    refused: [
      '../../contract/app.ts',
      '../../core/handlers.ts',
      '../../core/identity/index.ts',
      '../../cli/output.ts',
      '../../server.ts',
    ],
    passed: ['./address.ts', '../logging/index.ts', 'node:net'],
  },
  'server/src/contract/x.ts': {
    refused: ['../core/identity/index.ts', '../core/handlers.ts', '../cli/output.ts', '../server.ts'],
    passed: ['./app.ts', './generated/core/types.ts', '../platform/net/index.ts', 'koa'],
  },
  'server/src/core/x.ts': {
    refused: ['./identity/users.ts', '../server.ts', '../cli/output.ts', '../complete-auth/index.ts'],
    passed: ['./identity/index.ts', './handlers.ts', '../contract/app.ts', '../platform/net/index.ts'],
  },
  'server/src/core/identity/x.ts': {
    refused: [
      '../audit/audit-store.ts',
      '../plugins/official/index.ts',
      '../../core/audit/audit-store.ts',
      '../../core/audit/index.ts',
      '../../server.ts',
      '../../cli/output.ts',
      '../../email-smtp/index.ts',
      '../../../src/core/audit/audit-store.ts',
    ],
    passed: [
      './users.ts',
      '../audit/index.ts',
      '../services.ts',
      '../../contract/app.ts',
      '../../contract/generated/core/types.ts',
      '../../platform/net/index.ts',
    ],
  },
  'server/src/core/plugins/official/x.ts': {
    refused: [
      '../../audit/audit-store.ts',
      '../../../core/audit/index.ts',
      '../../../core/audit/audit-store.ts',
      '../../../server.ts',
      '../../../cli/output.ts',
    ],
    passed: [
      './y.ts',
      '../plugin-wire.ts',
      '../../audit/index.ts',
      '../../services.ts',
      '../../../contract/app.ts',
      '../../../platform/net/index.ts',
    ],
  },
};
const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');

describe('the linter', () => {
  let folder: string;
  let complaints: ReadonlySet<string>;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'plystra-imports-'));
    copyFileSync(join(root, 'biome.json'), join(folder, 'biome.json'));
    for (const [place, { refused, passed }] of Object.entries(rules)) {
      for (const path of [...refused, ...passed]) {
        const file = join(folder, plantedAt(place, path));
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, `export { it } from '${path}';\n`);
      }
    }
    const ran = spawnSync(
      process.execPath,
      [
        biome,
        'lint',
        '--vcs-enabled=false',
        '--only=style/noRestrictedImports',
        '--max-diagnostics=none',
        '--reporter=json',
        '.',
      ],
      { cwd: folder, encoding: 'utf8' },
    );
    const { diagnostics } = JSON.parse(ran.stdout) as {
      diagnostics: { category: string; location: { path: string | { file: string } } }[];
    };
    complaints = new Set(
      diagnostics.map(({ category, location: { path } }) => {
        assert.equal(category, 'lint/style/noRestrictedImports');
        return typeof path === 'string' ? path : path.file;
      }),
    );
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [place, { refused, passed }] of Object.entries(rules)) {
    for (const path of refused) {
      test(`refuses ${path} in ${place}`, () => assert.ok(complaints.has(plantedAt(place, path))));
    }
    for (const path of passed) {
      test(`lets ${path} pass in ${place}`, () => assert.ok(!complaints.has(plantedAt(place, path))));
    }
  }
});

/** A file of its own for each import, beside the place. */
function plantedAt(place: string, path: string): string {
  return join(dirname(place), `${path.replaceAll(/[^a-z]+/g, '-').replace(/^-/, 'x-')}.ts`);
}
