import { readFileSync } from 'node:fs';
import type { ValidatorSchemas } from './validator-schemas.ts';

// Prints the milliseconds that validators take to be there in a fresh process: the compiled ones that the server
// imports, or those of the schemas in the file that is named.
const [schemas] = process.argv.slice(2);
const started = performance.now();
if (schemas === undefined) {
  await import('../../server/src/contract/generated/core/validators/index.ts');
} else {
  const { createAjv } = await import('../generate/json-schema.ts');
  const { request, answer, validators } = JSON.parse(readFileSync(schemas, 'utf8')) as ValidatorSchemas;
  const ajv = createAjv();
  ajv.addSchema({ $id: 'request', ...request });
  ajv.addSchema({ $id: 'answer', ...answer });
  for (const schema of validators) ajv.compile(schema);
}
process.stdout.write(String(performance.now() - started));
