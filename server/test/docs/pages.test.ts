import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { pageAt, pagePaths, root } from './markdown.ts';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

for (const path of pagePaths()) {
  describe(path, () => {
    const page = pageAt(path);

    test('has no link to a file or heading that is not there', () => {
      for (const [, target = ''] of page.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target)) continue;
        const [file = '', heading] = target.split('#');
        const linked = file === '' ? path : join(dirname(path), file);
        assert.ok(existsSync(join(root, linked)), `${target} is not there`);
        if (heading !== undefined) assert.ok(headingsOf(pageAt(linked)).includes(heading), target);
      }
    });

    test('names no folder or file that is not there', () => {
      const named = page.matchAll(/`((?:server|scripts|openapi|migrations|docs)\/[\w./-]*)`/g);
      for (const [, name = ''] of named) assert.ok(existsSync(join(root, name)), `${name} is not there`);
    });

    test('names no npm script that is not there', () => {
      for (const [, script = ''] of page.matchAll(/npm run (?:-s )?(\w[\w:-]*)/g)) {
        assert.ok(Object.hasOwn(scripts, script), `npm run ${script} is not there`);
      }
    });
  });
}

/** As the sites that show these pages make anchors of headings. */
function headingsOf(page: string): readonly string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
