import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Context, Middleware } from 'koa';
import { ApiError } from './api-error.ts';

type Document = { readonly type: string; readonly body: Buffer; readonly etag: string };

const contracts = ['core', 'complete-auth', 'email-transactional'] as const;
const assets = {
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui.css': 'text/css; charset=utf-8',
} as const;

/**
 * Serves what is not in a contract: the bundled contracts at `/openapi/<contract>.json|yaml` with a strong ETag, and
 * a reference page at `/docs` made of files of this machine alone, under a policy that lets nothing else load.
 */
export function documents(root: string): Middleware {
  const found = new Map<string, Document>();
  for (const contract of contracts) {
    for (const [ending, type] of [
      ['json', 'application/json; charset=utf-8'],
      ['yaml', 'application/yaml; charset=utf-8'],
    ] as const) {
      const file = join(root, 'openapi/dist', `${contract}.openapi.${ending}`);
      found.set(`/openapi/${contract}.${ending}`, document(readFileSync(file), type));
    }
  }
  const swagger = join(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'), '..');
  for (const [name, type] of Object.entries(assets)) {
    found.set(`/docs/${name}`, document(readFileSync(join(swagger, name)), type));
  }
  const own = join(import.meta.dirname, 'reference-page');
  found.set('/docs/page.js', document(readFileSync(join(own, 'page.js')), assets['swagger-ui-bundle.js']));
  found.set('/docs/page.css', document(readFileSync(join(own, 'page.css')), assets['swagger-ui.css']));
  found.set('/docs', document(readFileSync(join(own, 'page.html')), 'text/html; charset=utf-8'));
  return (context, next) => {
    const wanted = found.get(context.path);
    if (wanted === undefined) return next();
    if (context.method === 'GET' || context.method === 'HEAD') return serve(context, wanted);
    const headers = { Allow: 'GET, HEAD, OPTIONS' };
    if (context.method !== 'OPTIONS') throw new ApiError('METHOD_NOT_ALLOWED', { headers });
    context.set(headers);
    context.status = 204;
  };
}

function document(body: Buffer, type: string): Document {
  return { type, body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"` };
}

function serve(context: Context, { type, body, etag }: Document): void {
  context.set('ETag', etag);
  context.set('Cache-Control', 'no-cache');
  context.set(
    'Content-Security-Policy',
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
      "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  context.status = 200;
  context.type = type;
  if (context.fresh) {
    context.status = 304;
    return;
  }
  context.body = body;
}
