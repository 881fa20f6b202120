import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from './ensure-lock.mjs';

const MARKER = join('node_modules', '.plystra-lock-hash');

/**
 * Installs what package-lock.json says, unless that is what is installed. Prints one line if it does, and npm's
 * own output only if that fails. Gives true when the dependencies are there.
 */
export async function ensureDependencies(root) {
  if (isInstalled(root)) return true;
  const lock = await takeLock(join(root, '.cache'), (pid) => say(`Waiting for process ${pid} to install.\n`));
  try {
    // Another process may have done it meanwhile.
    return isInstalled(root) || (await install(root, lock.share));
  } finally {
    lock.release();
  }
}

/** Writes to the error stream: what the called script prints is its own. */
export function say(text) {
  process.stderr.write(text);
}

async function install(root, onStart) {
  const started = Date.now();
  say('Installing dependencies ... ');
  const { code, output } = await runNpm(root, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], onStart);
  if (code !== 0) {
    say(
      `failed.\n${output}\nnpm ci ended with ${code}. Put right what it says above, then run the command again.\n`,
    );
    return false;
  }
  writeFileSync(join(root, MARKER), marker(root));
  say(`done in ${((Date.now() - started) / 1000).toFixed(1)} s.\n`);
  return true;
}

/** The npm that runs us, if one does, so that its settings and version are the same; else the one on the PATH. */
function runNpm(root, args, onStart) {
  const npm = process.env.npm_execpath;
  const known = npm !== undefined && /npm-cli\.[cm]?js$/.test(npm);
  const [program, first] = known ? [process.execPath, [npm]] : ['npm', []];
  const shell = !known && process.platform === 'win32';
  return new Promise((resolve) => {
    const child = spawn(program, [...first, ...args], {
      cwd: root,
      shell,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (child.pid !== undefined) onStart(child.pid);
    let output = '';
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => resolve({ code: error.code, output: error.message }));
    child.once('close', (code, signal) => resolve({ code: code ?? signal, output: output.trim() }));
  });
}

function isInstalled(root) {
  const wanted = marker(root);
  const found = read(join(root, MARKER));
  if (found === wanted || (withoutDev() && found === hash(root))) return true;
  // Installed by hand, perhaps: npm's own record of what it installed tells whether it is what the lock file wants.
  if (!isComplete(root)) return false;
  try {
    writeFileSync(join(root, MARKER), wanted);
  } catch {
    // A read-only installation: the comparison is repeated next time.
  }
  return true;
}

function isComplete(root) {
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  const wanted = readPackages(join(root, 'package-lock.json'));
  if (installed === undefined || wanted === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed[path];
    if (found !== undefined) return found.version === entry.version && found.integrity === entry.integrity;
    if (entry.dev && withoutDev()) return true;
    return entry.optional === true && !isForThisMachine(entry);
  });
}

function isForThisMachine({ os, cpu, libc }) {
  const fits = (list, value) => list === undefined || [list].flat().includes(value);
  return fits(os, process.platform) && fits(cpu, process.arch) && (libc === undefined || fits(libc, 'glibc'));
}

function marker(root) {
  return withoutDev() ? `${hash(root)} without dev` : hash(root);
}

function hash(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

function withoutDev() {
  const omitted = (process.env.npm_config_omit ?? '').split(/\s+/);
  return omitted.includes('dev') || process.env.NODE_ENV === 'production';
}

function readPackages(path) {
  const text = read(path);
  return text === undefined ? undefined : JSON.parse(text).packages;
}

function read(path) {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
