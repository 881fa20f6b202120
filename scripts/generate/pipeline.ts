import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Contract, type ContractName, contractNames, readTables, sourceOf } from './contracts.ts';
import { distFolder, distPath, printDist } from './dist.ts';
import { expand } from './expand.ts';
import type { Document } from './openapi.ts';
import { bundle, lintBundles, lintSources } from './redocly.ts';
import { type Breach, checkRules } from './rules.ts';
import { targets } from './targets.ts';

/** Where to generate and what. */
export interface GenerateOptions {
  /** Root of the repository. */
  root: string;
  /** Contracts to read; all by default. */
  contracts?: readonly ContractName[];
  /** Told how far the run is. */
  log?: (line: string) => void;
}

/** All that a run generates, not written yet. */
export interface Generated {
  /** Paths below the root and contents. */
  files: ReadonlyMap<string, string>;
  /** Folders in which every file is generated. */
  folders: readonly string[];
}

/** The contracts break rules of their own. */
export class RulesBroken extends Error {
  readonly breaches: readonly (Breach & { contract: ContractName })[];

  constructor(breaches: readonly (Breach & { contract: ContractName })[]) {
    const lines = breaches.map(
      ({ contract, pointer, rule, message }) => `${contract} ${pointer}\n  ${rule}: ${message}`,
    );
    super(`The contracts break ${breaches.length} rules of openapi/README.md:\n${lines.join('\n')}`);
    this.name = 'RulesBroken';
    this.breaches = breaches;
  }
}

/**
 * The pipeline: lint and bundle the contracts, expand the bundles, hold them against the rules, print every target
 * and lint what the SDKs and the reference page will read. Writes below `.cache` only. Throws on the first step that
 * finds something wrong.
 */
export async function generate({
  root,
  contracts: names = contractNames,
  log,
}: GenerateOptions): Promise<Generated> {
  await mkdir(join(root, '.cache'), { recursive: true });
  const scratch = await mkdtemp(join(root, '.cache', 'generate-'));
  try {
    const contracts = await readContracts(root, names, scratch);
    log?.(`linted and bundled ${names.join(', ')}`);

    const breaches = contracts.flatMap((each) =>
      checkRules(each).map((breach) => ({ ...breach, contract: each.name })),
    );
    if (breaches.length > 0) throw new RulesBroken(breaches);
    log?.('held the contracts against the rules');

    const dist = printDist(contracts);
    const [, ...printed] = await Promise.all([
      lintDist(root, names, dist, scratch),
      ...targets.map(({ print }) => print(contracts)),
    ]);
    log?.(`linted the bundles and printed ${targets.map(({ name }) => name).join(', ')}`);

    const files = new Map([...dist, ...printed.flatMap((each) => [...each])]);
    return { files, folders: [distFolder, ...targets.flatMap(({ folders }) => folders)] };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Lints and bundles the sources side by side, then expands the bundles. */
async function readContracts(
  root: string,
  names: readonly ContractName[],
  scratch: string,
): Promise<Contract[]> {
  const lint = lintSources(root, names.map(sourceOf));
  const bundles = Promise.all(
    names.map(async (name): Promise<Document> => {
      const file = join(scratch, `${name}.json`);
      await bundle(root, sourceOf(name), file);
      return JSON.parse(await readFile(file, 'utf8')) as Document;
    }),
  );
  // The linter tells file and line where the bundler only gives up: its words come first.
  const [linted, bundled] = await Promise.allSettled([lint, bundles]);
  if (linted.status === 'rejected') throw linted.reason;
  if (bundled.status === 'rejected') throw bundled.reason;
  return names.map((name, index) => {
    const tables = readTables(root, name);
    return { name, tables, document: expand(bundled.value[index] as Document, tables) };
  });
}

/** Lints the bundles with all rules of the linter, from files in the scratch folder. */
async function lintDist(
  root: string,
  names: readonly ContractName[],
  dist: ReadonlyMap<string, string>,
  scratch: string,
): Promise<void> {
  const files = names.map((name) => distPath(name, 'json'));
  const copies = files.map((file) => join(scratch, basename(file)));
  await Promise.all(files.map((file, index) => writeFile(copies[index] as string, dist.get(file) ?? '')));
  await lintBundles(root, copies);
}
