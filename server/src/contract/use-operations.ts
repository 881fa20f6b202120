import type Router from '@koa/router';
import type Koa from 'koa';
import type { Context, Middleware } from 'koa';
import { ApiError } from './api-error.ts';
import { exchangeOf } from './exchange.ts';
import type { Operation } from './operation.ts';

type Operations = Readonly<Record<string, Operation>>;
type MethodsOf = (path: string) => ReadonlySet<string>;

/**
 * Adds the stages that find the operation of a request. A concrete path wins over a templated one (OpenAPI, "Path Templating
 * Matching"): a path without parameters is looked up as it is, one that is more concrete than another is not handed to
 * that, and only then the routers try their templates. What is left has no operation.
 */
export function useOperations(app: Koa, operations: Operations, routers: readonly Router[]): void {
  const methodsOf = methodsByPath(operations);
  app.use(literalPaths(routers, methodsOf));
  app.use(concreteFirst(operations, methodsOf));
  for (const router of routers) app.use(router.routes());
  app.use(noOperation(methodsOf));
}

/**
 * What the routers have at paths without parameters, by path and method: to look one up costs a small part of what it
 * costs the routers to find it. They must have nothing but operations then, since whatever else they ran before an
 * operation would be gone past.
 */
function literalPaths(routers: readonly Router[], methodsOf: MethodsOf): Middleware {
  const found = new Map<string, Map<string, Middleware>>();
  for (const { path, methods, stack } of routers.flatMap((router) => router.stack)) {
    const [operation] = stack;
    if (operation === undefined || stack.length > 1 || methods.length === 0) {
      throw new Error(`A router has more than the operation at ${String(path)}.`);
    }
    if (typeof path !== 'string' || /[:*{]/.test(path)) continue;
    const here = found.get(path) ?? new Map<string, Middleware>();
    for (const method of methods) here.set(method, operation as unknown as Middleware);
    found.set(path, here);
  }
  return (context, next) => {
    const here = found.get(context.path);
    if (here === undefined) return next();
    const operation = here.get(context.method);
    return operation === undefined
      ? refuseMethod(context, methodsOf(context.path))
      : operation(context, next);
  };
}

/** The methods that the contract has at a path. */
function methodsByPath(operations: Operations): MethodsOf {
  const templates = Object.values(operations).map(({ path, method }) => ({
    pattern: patternOf(path),
    parameters: path.split('{').length,
    method: method.toUpperCase(),
  }));
  return (path) => {
    const matching = templates.filter(({ pattern }) => pattern.test(path));
    const fewest = Math.min(...matching.map(({ parameters }) => parameters));
    return new Set(matching.filter(({ parameters }) => parameters === fewest).map(({ method }) => method));
  };
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`);
}

/** Keeps a method that a concrete path does not have from the templated path that the same URL would match. */
function concreteFirst(operations: Operations, methodsOf: MethodsOf): Middleware {
  const paths = [...new Set(Object.values(operations).map(({ path }) => path))];
  const concrete = paths
    .filter((path) => paths.some((other) => other !== path && patternOf(other).test(path)))
    .map(patternOf);
  return async (context, next) => {
    const { path } = context;
    const method = context.method === 'HEAD' ? 'GET' : context.method;
    if (concrete.some((pattern) => pattern.test(path)) && !methodsOf(path).has(method)) {
      return refuseMethod(context, methodsOf(path));
    }
    return next();
  };
}

/** No router took the request: the path is unknown, or known with other methods. */
function noOperation(methodsOf: MethodsOf): Middleware {
  return (context) => {
    const methods = methodsOf(context.path);
    if (methods.size === 0) throw new ApiError('ROUTE_NOT_FOUND');
    refuseMethod(context, methods);
  };
}

/** 405 with the methods that there are; OPTIONS asks for just those. */
function refuseMethod(context: Context, methods: ReadonlySet<string>): void {
  const allowed = new Set([...methods, 'OPTIONS', ...(methods.has('GET') ? ['HEAD'] : [])]);
  const allow = [...allowed].sort().join(', ');
  if (context.method !== 'OPTIONS') throw new ApiError('METHOD_NOT_ALLOWED', { headers: { Allow: allow } });
  exchangeOf(context).answer = { status: 204, headers: { Allow: allow }, body: null };
}
