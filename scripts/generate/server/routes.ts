import type { Contract } from '../contracts.ts';
import { type LocatedOperation, operationsOf } from '../openapi.ts';
import { camel, kebab, origin, quote } from '../print.ts';

/** Operations of a tag so that a fixed segment comes before a parameter in the same place: the router takes the first. */
function routed(operations: readonly LocatedOperation[]): LocatedOperation[] {
  const rank = (path: string): string => path.replaceAll(/\{\w+\}/g, '\uffff');
  return [...operations].sort((a, b) => compare(rank(a.path), rank(b.path)) || compare(a.method, b.method));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function routerName(tag: string): string {
  return `${camel(tag)}Router`;
}

function printRouter(tag: string, operations: readonly LocatedOperation[], source: string): string {
  const routes = routed(operations).map(({ id, method, path }) => {
    const template = path.replaceAll(/\{(\w+)\}/g, ':$1');
    return `  router.${method}(${quote(template)}, bind(${quote(id)}));`;
  });
  return [
    `// ${origin(source)}`,
    "import { Router } from '@koa/router';",
    "import type { BindOperation } from './bind-operation.ts';",
    '',
    `/** The routes of ${tag}. What an operation does is bound by its id. */`,
    `export function ${routerName(tag)}(bind: BindOperation): Router {`,
    '  const router = new Router({ sensitive: true, strict: true });',
    ...routes,
    '  return router;',
    '}',
    '',
  ].join('\n');
}

function printBind(source: string): string {
  return [
    `// ${origin(source)}`,
    "import type { RouterMiddleware } from '@koa/router';",
    "import type { OperationId } from '../operations.ts';",
    '',
    '/** Makes the middleware that carries an operation out: credentials, validation, guard, handler, answer. */',
    'export type BindOperation = (operationId: OperationId) => RouterMiddleware;',
    '',
  ].join('\n');
}

/** The router of decisions comes first: a match in the first router costs half of one behind a hundred routes. */
function mounted(tags: readonly string[]): string[] {
  return [...tags].sort((a, b) => Number(b === 'Authz') - Number(a === 'Authz'));
}

/** `routes/`: one Koa router a tag, the type of what binds them, and the list of all. */
export function printRoutes({ document }: Contract, source: string): Map<string, string> {
  const byTag = Map.groupBy(operationsOf(document), ({ tag }) => tag);
  const files = new Map([['routes/bind-operation.ts', printBind(source)]]);
  for (const [tag, operations] of byTag)
    files.set(`routes/${kebab(tag)}.ts`, printRouter(tag, operations, source));
  const tags = mounted([...byTag.keys()]);
  const index = [
    `// ${origin(source)}`,
    ...tags.map((tag) => `import { ${routerName(tag)} } from './${kebab(tag)}.ts';`).sort(),
    '',
    "export type { BindOperation } from './bind-operation.ts';",
    '',
    '/** All routers in the order in which they are mounted. */',
    'export const routers = [',
    ...tags.map((tag) => `  ${routerName(tag)},`),
    '] as const;',
    '',
  ];
  files.set('routes/index.ts', index.join('\n'));
  return files;
}
