// Runs before every npm script, with whatever Node there is (18 or newer) and nothing installed: installs the
// dependencies when they are missing or out of date, then makes sure that a Node new enough to run Plystra is
// at hand. Exit codes: 0 ready, 1 the installation failed, 78 no suitable Node.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies, say } from './ensure-dependencies.mjs';

/** The first version with Argon2 in node:crypto. */
const NEEDED = [24, 7];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
if (!existsSync(join(root, 'package-lock.json'))) {
  say(`There is no package-lock.json in ${root}: this is not a complete copy of Plystra.\n`);
  process.exit(1);
}
if (!(await ensureDependencies(root))) process.exit(1);
if (!isNew(packagedNode(root)) && !isNew(process.version)) {
  say(
    `Plystra needs Node.js ${NEEDED.join('.')} or newer. This is ${process.version}, and the packages bring none ` +
      `that runs on ${process.platform}-${process.arch}.\n` +
      'Install Node.js 24 (https://nodejs.org) and run the command again.\n',
  );
  process.exit(78);
}

/**
 * The version of the Node that the packages brought, which npm scripts find first; undefined if there is none. One
 * that does not run here (built for glibc, on a musl system) is taken out of the way, as it would hide the
 * system's.
 */
function packagedNode(root) {
  const path = join(root, 'node_modules', '.bin', 'node');
  if (!existsSync(path)) return undefined;
  if (realpathSync(path) === realpathSync(process.execPath)) return process.version;
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  if (status === 0) return stdout.trim();
  rmSync(path, { force: true });
  return undefined;
}

function isNew(version) {
  if (version === undefined) return false;
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}
