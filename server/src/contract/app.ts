import type Router from '@koa/router';
import Koa, { type Middleware } from 'koa';
import { crossOrigin } from './cross-origin.ts';
import { type EveryRequestOptions, everyRequest } from './every-request.ts';
import type { Operation } from './operation.ts';
import { useOperations } from './use-operations.ts';

/** What the application around the operations needs. */
export type AppOptions = EveryRequestOptions & {
  readonly routers: readonly Router[];
  readonly operations: Readonly<Record<string, Operation>>;
  readonly corsOrigins: readonly string[];
  /** Further routes outside the contract: documents and the reference page. */
  readonly extra: readonly Middleware[];
};

/** The Koa application: what holds for every request stands here once, operations come from their routers. */
export function createApp(options: AppOptions): Koa {
  const app = new Koa({ proxy: false });
  app.silent = true;
  app.use(everyRequest(options));
  app.use(crossOrigin(options.corsOrigins, options.requestIdHeader));
  for (const middleware of options.extra) app.use(middleware);
  useOperations(app, options.operations, options.routers);
  return app;
}
