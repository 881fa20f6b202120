import { join } from 'node:path';
import { benchKey, benchSecrets } from './bench-key.ts';
import type { RequestShape } from './http-request.ts';

/** A way to answer the questions, measured beside the others. */
export type Variant = {
  readonly name: VariantName;
  /** What it is, for people. */
  readonly meaning: string;
  /** The program that serves it, and what it gets beside DATABASE_URL and its port. */
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
  readonly shape: RequestShape;
  /** The product, asked for its health to see that it is ready; a control is ready when it takes connections. */
  readonly product: boolean;
  /** Whether it has a database. */
  readonly stores: boolean;
  /** Whether it decides. */
  readonly decides: boolean;
  /** Whether every answer has its row in the audit log. */
  readonly records: boolean;
  /** Question sets that it is measured on. */
  readonly sets: readonly QuestionSetName[];
  /** Why it cannot be measured. */
  readonly unavailable?: string;
};

/** The names of the variants. */
export type VariantName =
  | 'plystra'
  | 'plystra-no-audit'
  | 'plystra-no-fence'
  | 'naive'
  | 'cte'
  | 'floor'
  | 'contract-only'
  | 'hello';

/** The names of the question sets. */
export type QuestionSetName = 'wide' | 'hot';

const here = import.meta.dirname;
const server = join(here, '../../server/src/plystrad.ts');
/** What production demands beside secrets; everything else is the default of production. */
const production = {
  SERVER_MODE: 'production',
  SERVER_PUBLIC_URL: 'https://plystra.example.com',
  CORS_ALLOWED_ORIGINS: 'https://app.example.com',
  PLYSTRA_SESSION_SECRET: benchSecrets.session,
  PLYSTRA_API_KEY_SECRET: benchSecrets.apiKey,
};
const product = {
  env: production,
  shape: { path: '/api/v1/authz/check', headers: { 'X-Plystra-API-Key': benchKey } },
  product: true,
  stores: true,
  decides: true,
} as const;
const control = {
  env: { NODE_ENV: 'production' },
  shape: { path: '/check', headers: {} },
  product: false,
  stores: true,
} as const;

/** All variants. The server comes first: the others are its controls. */
export const variants: readonly Variant[] = [
  {
    ...product,
    name: 'plystra',
    meaning: 'the server as it stands: API key checked, every decision recorded, defaults of production',
    program: server,
    records: true,
    sets: ['wide', 'hot'],
  },
  {
    ...product,
    name: 'plystra-no-audit',
    meaning: 'the same without audit rows (AUDIT_WRITE_MODE=disabled_for_dev)',
    program: server,
    // Production refuses that mode; what production would check of the answers is checked here too.
    env: {
      ...production,
      SERVER_MODE: 'development',
      PLYSTRA_RESPONSE_CHECK: 'sampled',
      AUDIT_WRITE_MODE: 'disabled_for_dev',
    },
    records: false,
    sets: ['wide'],
  },
  {
    ...product,
    name: 'plystra-no-fence',
    meaning: 'the same with rows that go in unverified; its answers may be stale',
    program: join(here, 'plystra-without-fence.ts'),
    records: true,
    sets: ['wide'],
  },
  {
    ...control,
    name: 'naive',
    meaning: 'node:http, five prepared queries and one prepared insert, ten connections, no authentication',
    program: join(here, 'controls/naive.ts'),
    decides: true,
    records: true,
    sets: ['wide', 'hot'],
  },
  {
    ...control,
    name: 'cte',
    meaning: 'the same with one prepared query that reads everything, and the insert',
    program: join(here, 'controls/cte.ts'),
    decides: true,
    records: true,
    sets: ['wide', 'hot'],
  },
  {
    ...control,
    name: 'floor',
    meaning: 'no decision: rows of the usual size, inserted in groups, answered after the commit',
    program: join(here, 'controls/floor.ts'),
    decides: false,
    records: true,
    sets: ['wide'],
  },
  {
    ...control,
    name: 'contract-only',
    meaning:
      "the server's routes, validation and envelope in front of the answer of hello; no credential, no log",
    program: join(here, 'contract-only.ts'),
    shape: { path: '/api/v1/authz/check', headers: {} },
    stores: false,
    decides: false,
    records: false,
    sets: ['wide'],
  },
  {
    ...control,
    name: 'hello',
    meaning: 'node:http, JSON in and out, nothing else',
    program: join(here, 'controls/hello.ts'),
    stores: false,
    decides: false,
    records: false,
    sets: ['wide'],
  },
];
