import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, delimiter, dirname, join } from 'node:path';
import { canReach, type DataFolder, handToOwner } from './data-folder.ts';
import { EmbeddedPostgresError, USE_OTHER_SERVER } from './embedded-postgres-error.ts';

/** The npm package that holds PostgreSQL for this machine. */
export type NativePackage = { readonly version: string; readonly major: string; readonly root: string };

/** PostgreSQL, ready to be run. */
export type Binaries = {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  readonly major: string;
  /** The whole environment of PostgreSQL: nothing of ours, as it may hold secrets. */
  readonly env: NodeJS.ProcessEnv;
};

const SYSTEMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };
const SUPPORTED = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'windows-x64'];

/**
 * Finds the installed PostgreSQL package for a platform and processor (by default this machine's).
 * @throws EmbeddedPostgresError `UNSUPPORTED_PLATFORM`, also when the package was left out of the installation.
 */
export function findNativePackage(
  platform: string = process.platform,
  arch: string = process.arch,
): NativePackage {
  const target = `${SYSTEMS[platform] ?? platform}-${arch}`;
  if (!SUPPORTED.includes(target)) {
    throw unsupported(
      `There is no embedded PostgreSQL for ${target}.`,
      `On this machine, ${USE_OTHER_SERVER}.`,
    );
  }
  const name = `@embedded-postgres/${target}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const folder = dirname(dirname(entry));
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    const major = manifest.version.split('.')[0] ?? manifest.version;
    return { version: manifest.version, major, root: join(folder, 'native') };
  } catch (cause) {
    throw unsupported(
      `The package ${name} with the embedded PostgreSQL is not installed.`,
      `Install with optional dependencies (npm ci --include=optional), or ${USE_OTHER_SERVER}.`,
      cause,
    );
  }
}

/**
 * Makes PostgreSQL runnable by the user that will run it: copies the package into the data folder when it lies
 * out of that user's reach, and makes the links between its libraries that the package only lists.
 */
export function prepareBinaries(native: NativePackage, folder: DataFolder): Binaries {
  const root = mustCopy(native, folder) ? copyInto(native, folder) : native.root;
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const lib = join(root, 'lib');
  const libraries = [linkLibraries(root, folder), lib].join(delimiter);
  return {
    initdb: join(root, 'bin', `initdb${suffix}`),
    postgres: join(root, 'bin', `postgres${suffix}`),
    pgCtl: join(root, 'bin', `pg_ctl${suffix}`),
    major: native.major,
    env: environment(libraries),
  };
}

function environment(libraries: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { LC_ALL: 'C', TZ: 'UTC' };
  for (const name of ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR']) {
    if (process.env[name] !== undefined) env[name] = process.env[name];
  }
  if (process.platform === 'linux') env['LD_LIBRARY_PATH'] = libraries;
  if (process.platform === 'darwin') env['DYLD_LIBRARY_PATH'] = libraries;
  return env;
}

function mustCopy(native: NativePackage, folder: DataFolder): boolean {
  if (process.platform !== 'win32' && /[:;]/.test(native.root)) return true;
  const { runAs } = folder;
  if (runAs === undefined) return false;
  // An installation under a strict umask closes every folder of the package alike.
  const samples = [join('lib', 'postgresql'), join('share', 'postgresql'), 'bin'];
  return samples.some((sample) => !canReach(join(native.root, sample), runAs));
}

function copyInto(native: NativePackage, folder: DataFolder): string {
  const target = join(folder.home, `native-${native.version}`);
  if (existsSync(target)) return target;
  const draft = `${target}.draft`;
  rmSync(draft, { recursive: true, force: true });
  cpSync(native.root, draft, { recursive: true, verbatimSymlinks: true });
  openToReaders(draft, folder);
  renameSync(draft, target);
  return target;
}

function openToReaders(path: string, folder: DataFolder): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) openToReaders(child, folder);
    else if (entry.isFile()) chmodSync(child, statSync(child).mode & 0o100 ? 0o755 : 0o644);
    handToOwner(folder, child);
  }
  chmodSync(path, 0o755);
  handToOwner(folder, path);
}

/** The package is installed without its install script, which would have made these links in its own folder. */
function linkLibraries(root: string, folder: DataFolder): string {
  const links = join(folder.home, 'links');
  if (process.platform === 'win32') return links;
  mkdirSync(links, { recursive: true });
  chmodSync(links, 0o755);
  handToOwner(folder, links);
  const list = JSON.parse(readFileSync(join(root, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    if (dirname(target) !== 'native/lib') continue;
    const link = join(links, basename(target));
    const wanted = join(root, 'lib', basename(source));
    if (currentTarget(link) === wanted) continue;
    rmSync(`${link}.draft`, { force: true });
    symlinkSync(wanted, `${link}.draft`);
    handToOwner(folder, `${link}.draft`);
    renameSync(`${link}.draft`, link);
  }
  return links;
}

function currentTarget(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}

function unsupported(message: string, hint: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError({ code: 'UNSUPPORTED_PLATFORM', message, hint, cause });
}
