import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Context, Middleware } from 'koa';
import { ApiError } from './api-error.ts';
import { exchangeOf } from './exchange.ts';

type Document = {
  readonly type: string;
  readonly body: string | Buffer;
  readonly etag: string;
  readonly policy: string;
};

/** What a browser may load for the reference page. Styles are files, too: the page sets others through the DOM only. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const nothingPolicy = "default-src 'none'; frame-ancestors 'none'";

const contracts = ['core', 'complete-auth', 'email-transactional'] as const;
const assets = {
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui.css': 'text/css; charset=utf-8',
} as const;

/**
 * Serves what is not in a contract: the bundled contracts at `/openapi/<contract>.json|yaml` with a strong ETag, and
 * a reference page at `/docs` made of files of this machine alone, under a policy that lets nothing else load.
 *
 * @param publicUrl gives the URL of this server for `servers` of its own contract; asked at the first request
 */
export function documents(root: string, publicUrl: () => string): Middleware {
  const found = new Map<string, () => Document>();
  for (const contract of contracts) {
    for (const [ending, { type, withServer }] of Object.entries(forms)) {
      const text = readFileSync(join(root, 'openapi/dist', `${contract}.openapi.${ending}`), 'utf8');
      // The other contracts are those of other services.
      const served = () => (contract === 'core' ? withServer(text, publicUrl()) : text);
      let made: Document | undefined;
      found.set(`/openapi/${contract}.${ending}`, () => {
        made ??= document(served(), type, nothingPolicy);
        return made;
      });
    }
  }
  const add = (path: string, file: string, type: string) => {
    const made = document(readFileSync(file), type, pagePolicy);
    found.set(path, () => made);
  };
  const swagger = join(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'), '..');
  for (const [name, type] of Object.entries(assets)) {
    add(`/docs/${name}`, join(swagger, name), type);
  }
  const own = join(import.meta.dirname, 'reference-page');
  add('/docs/page.js', join(own, 'page.js'), assets['swagger-ui-bundle.js']);
  add('/docs/page.css', join(own, 'page.css'), assets['swagger-ui.css']);
  add('/docs', join(own, 'page.html'), 'text/html; charset=utf-8');
  return (context, next) => {
    const wanted = found.get(context.path);
    if (wanted === undefined) return next();
    if (context.method === 'GET' || context.method === 'HEAD') return serve(context, wanted());
    const headers = { Allow: 'GET, HEAD, OPTIONS' };
    if (context.method !== 'OPTIONS') throw new ApiError('METHOD_NOT_ALLOWED', { headers });
    exchangeOf(context).answer = { status: 204, headers, body: null };
  };
}

const description = 'This server.';

/** The `servers` that the contracts are written with are one block, at the first level, in both forms. */
const forms = {
  json: {
    type: 'application/json; charset=utf-8',
    withServer: (text: string, url: string) =>
      `${JSON.stringify({ ...JSON.parse(text), servers: [{ url, description }] }, null, 2)}\n`,
  },
  yaml: {
    type: 'application/yaml; charset=utf-8',
    withServer: (text: string, url: string) =>
      text.replace(
        /^servers:\n(?: .*\n)+/m,
        () => `servers:\n  - url: ${JSON.stringify(url)}\n    description: ${description}\n`,
      ),
  },
} as const;

function document(body: string | Buffer, type: string, policy: string): Document {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  return { type, body, etag, policy };
}

function serve(context: Context, { type, body, etag, policy }: Document): void {
  // What Koa compares with the request's own ETag.
  context.set('ETag', etag);
  context.status = 200;
  const headers = { 'Cache-Control': 'no-cache', 'Content-Security-Policy': policy };
  exchangeOf(context).answer = context.fresh
    ? { status: 304, headers, body: null }
    : { status: 200, headers: { ...headers, 'Content-Type': type }, body };
}
