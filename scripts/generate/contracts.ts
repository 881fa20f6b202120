import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type ErrorTable, parseErrorTable } from './error-table.ts';
import type { Document, Json, Schema } from './openapi.ts';

/** The contracts, by the names of their folders. */
export const contractNames = ['core', 'complete-auth', 'email-transactional'] as const;

/** Name of a contract. */
export type ContractName = (typeof contractNames)[number];

/** What a contract is expanded with, read from the files beside it. */
export interface Tables {
  errors: ErrorTable;
  /** The error table's file below the root: it tells which contracts share one table. */
  errorsFile: string;
  /** Permission keys with what they allow. */
  permissions: Readonly<Record<string, string>>;
  /** Names of the tables that `entity(...)` can name. */
  tables: ReadonlySet<string>;
  /** Building blocks that the bundle needs without a reference to them: the error envelope and headers. */
  shared: { schemas: Record<string, Schema>; headers: Record<string, Json> };
}

/** A contract after bundling and expanding. */
export interface Contract {
  name: ContractName;
  document: Document;
  tables: Tables;
}

/** Path of the file that a contract starts at, below the root. */
export function sourceOf(name: ContractName): string {
  return `openapi/${name}/openapi.yaml`;
}

function readYaml<T>(root: string, file: string): T {
  return parse(readFileSync(join(root, file), 'utf8')) as T;
}

/** Tables that the migrations create. A contract without migrations has none. */
function migratedTables(root: string, name: ContractName): Set<string> {
  const tables = new Set<string>();
  for (const folder of new Set(['migrations/core', `migrations/${name}`])) {
    if (!existsSync(join(root, folder))) continue;
    for (const file of readdirSync(join(root, folder)).filter((each) => each.endsWith('.sql'))) {
      const sql = readFileSync(join(root, folder, file), 'utf8');
      for (const [, table] of sql.matchAll(/^\s*create table (?:if not exists )?([a-z_]+)/gim))
        if (table !== undefined) tables.add(table);
    }
  }
  return tables;
}

/**
 * Reads the tables of a contract: its own `errors.yaml` where it has one, else the shared one; permission keys;
 * names of database tables; shared building blocks.
 */
export function readTables(root: string, name: ContractName): Tables {
  const own = `openapi/${name}/errors.yaml`;
  const errorsFile = existsSync(join(root, own)) ? own : 'openapi/shared/errors.yaml';
  return {
    errors: parseErrorTable(readYaml(root, errorsFile), errorsFile),
    errorsFile,
    permissions: readYaml(root, 'openapi/shared/permissions.yaml'),
    tables: migratedTables(root, name),
    shared: {
      schemas: readYaml(root, 'openapi/shared/schemas.yaml'),
      headers: readYaml(root, 'openapi/shared/headers.yaml'),
    },
  };
}
