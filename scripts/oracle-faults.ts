import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A mistake that somebody could make in the engine, or in the graph that follows mutations: the text that is there, and
 * what would stand there instead.
 */
type Fault = {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly put: string;
  readonly mutations?: true;
};

const root = join(import.meta.dirname, '..');
const worlds = ['--worlds', '300'];
const mutations = ['--mutations', '5'];

const faults: readonly Fault[] = [
  {
    name: 'a window includes its end',
    file: 'grants.ts',
    find: 'now >= grant.expiresAt',
    put: 'now > grant.expiresAt',
  },
  {
    name: 'a window excludes its beginning',
    file: 'grants.ts',
    find: 'now < grant.notBefore',
    put: 'now <= grant.notBefore',
  },
  {
    name: 'a binding lives one instant too long',
    file: 'decide.ts',
    find: 'now >= expiresAt',
    put: 'now > expiresAt',
  },
  {
    name: 'a path prefix is taken for an ancestor',
    file: '../../../contract/reach.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of the program
    find: 'path.startsWith(`${ancestor}.`)',
    put: 'path.startsWith(ancestor)',
  },
  {
    name: 'a disabled ancestor is overlooked',
    file: 'facts-in-database.ts',
    find: "and (above.status <> 'active' or above.deleted_at is not null)",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of the program
    put: "and above.id = ${alias}.id and (above.status <> 'active' or above.deleted_at is not null)",
  },
  {
    name: 'a disabled role counts',
    file: 'grants.ts',
    find: "if (grant.role.status !== 'active') return 'role_disabled';",
    put: '',
  },
  {
    name: 'a global permission is no candidate',
    file: 'grants.ts',
    find: " && grant.permission.scope !== 'global'",
    put: '',
  },
  {
    name: 'an archived resource is open',
    file: 'decide.ts',
    find: "if (target.status !== 'active') return 'RESOURCE_INACTIVE';",
    put: '',
  },
  {
    name: 'the farthest candidate gives the code',
    file: 'decide.ts',
    find: 'closestFirst.find(',
    put: 'closestFirst.findLast(',
  },
  {
    name: 'one foreign grant poisons all',
    file: 'decide.ts',
    find: "asked.every(({ leftOut }) => leftOut === 'foreign_space')",
    put: "asked.some(({ leftOut }) => leftOut === 'foreign_space')",
  },
  {
    name: 'the target is looked at before the actor',
    file: 'decide.ts',
    find: "if (actor === null) return 'ACTOR_NOT_FOUND';",
    put: "if (actor !== null && target === null) return 'RESOURCE_NOT_FOUND';\n  if (actor === null) return 'ACTOR_NOT_FOUND';",
  },
  {
    name: 'a resource out of reach is shown',
    file: 'reach-of-question.ts',
    find: '? facts\n    : { ...facts, target: null }',
    put: '? facts\n    : facts',
  },
  {
    name: 'a path that changed hands is lost',
    file: '../../graph/graph.ts',
    find: 'if (before?.get(node.path) === node) before.delete(node.path);',
    put: 'before?.delete(node.path);',
    mutations: true,
  },
  {
    name: 'a pair made anew goes with the old one',
    file: '../../graph/graph.ts',
    find: 'if (permissions?.get(pair.permissionId) === id) permissions.delete(pair.permissionId);',
    put: 'permissions?.delete(pair.permissionId);',
    mutations: true,
  },
  {
    name: 'a type made anew goes with the old one',
    file: '../../graph/registry-nodes.ts',
    find: 'if (node !== undefined && this.#typesByKey.get(node.key)?.id === id) this',
    put: 'if (node !== undefined) this',
    mutations: true,
  },
  {
    name: 'a Role stays with the Member that had it',
    file: '../../graph/memberships.ts',
    find: 'else if (table.member.at(at) !== member) this.#moveToChain(at, member);',
    put: '',
    mutations: true,
  },
  {
    name: 'a grant that is gone stays with its User',
    file: '../../graph/graph.ts',
    find: 'else this.#grantsByUser.delete(node.userId);',
    put: '',
    mutations: true,
  },
];

/**
 * Plants each fault into a copy of the server and holds that copy against the oracle. Exits 1 when a fault goes
 * unnoticed: then the oracle's worlds are too tame. With `--check` it only looks whether each still has its place.
 */
function main(): void {
  if (process.argv.includes('--check')) {
    for (const fault of faults) planted(root, fault);
    return;
  }
  let unnoticed = 0;
  for (const fault of faults) {
    const copy = mkdtempSync(join(tmpdir(), 'plystra-fault-'));
    try {
      const noticed = plant(copy, fault);
      if (!noticed) unnoticed += 1;
      process.stdout.write(`${noticed ? 'noticed  ' : 'UNNOTICED'} ${fault.name}\n`);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }
  process.stdout.write(`${faults.length - unnoticed} of ${faults.length} faults noticed\n`);
  process.exitCode = unnoticed === 0 ? 0 : 1;
}

function plant(copy: string, fault: Fault): boolean {
  for (const name of ['server', 'scripts', 'migrations', 'openapi/dist', 'package.json']) {
    cpSync(join(root, name), join(copy, name), {
      recursive: true,
      filter: (source) => !source.includes('node_modules'),
    });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const { file, text } = planted(copy, fault);
  writeFileSync(file, text);
  const script = join(copy, 'scripts/oracle.ts');
  const extent = fault.mutations === true ? mutations : worlds;
  const run = spawnSync(process.execPath, [script, ...extent], { cwd: copy, encoding: 'utf8' });
  if (run.stderr.includes('The graphs differ')) return true;
  if (!run.stdout.includes(' questions, ')) throw new Error(`${fault.name}: ${run.stderr.slice(-500)}`);
  return run.status === 1 && !run.stdout.includes(' 0 differences');
}

/** A file of the server below `folder`, and its text with the fault. */
function planted(folder: string, { name, file, find, put }: Fault): { file: string; text: string } {
  const path = join(folder, 'server/src/core/authorization/deciding', file);
  const text = readFileSync(path, 'utf8');
  if (text.split(find).length !== 2) throw new Error(`${name}: its place in ${file} has changed.`);
  return { file: path, text: text.replace(find, () => put) };
}

main();
