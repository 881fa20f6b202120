import openapiTS, { astToString } from 'openapi-typescript';
import type { Contract } from '../contracts.ts';
import { type Document, operationsOf, successes } from '../openapi.ts';
import { origin } from '../print.ts';

/**
 * `types.ts`: the wire types of a contract. Enums are closed, as the server sees them; a field with a default stays
 * optional, because a request may leave it out.
 */
export async function printTypes({ document }: Contract, source: string): Promise<string> {
  const ast = await openapiTS(withoutExamples(document) as Parameters<typeof openapiTS>[0], {
    alphabetize: true,
    defaultNonNullable: false,
    silent: true,
  });
  return `// ${origin(source)}\n\n${astToString(ast)}`;
}

/** A copy (the tool adds to the document that it reads) without examples: they are long, and no part of a type. */
function withoutExamples(document: Document): unknown {
  const { examples: _, ...components } = document.components;
  const copy = structuredClone({ ...document, components });
  for (const { operation } of operationsOf(copy)) {
    const bodies = [operation.requestBody, ...successes(copy, operation).map(([, response]) => response)];
    for (const body of [...bodies, ...Object.values(copy.components.responses ?? {})])
      for (const media of Object.values(body?.content ?? {})) {
        delete media.example;
        delete media.examples;
      }
  }
  return copy;
}
