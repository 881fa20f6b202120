// Rules of the contracts for the linter: it tells file and line while somebody writes. The rules themselves are in
// schema-rules.ts, so that they can be held against a bundle too.
import { schemaRules } from './schema-rules.ts';

/** `#/Group` in a file of schemas, `#/components/schemas/Group` in a bundle. */
const component = /^#\/(?:components\/schemas\/)?(?<owner>[A-Za-z][A-Za-z0-9]*)(?<below>\/.*)?$/;

function placeOf(location) {
  const { owner = '', below } = component.exec(location.pointer)?.groups ?? {};
  const isSchemaFile = /schemas(\/[a-z-]+)?\.yaml$/.test(location.source.absoluteRef);
  const isOwned = isSchemaFile || location.pointer.startsWith('#/components/schemas/');
  return { isComponent: isOwned && below === undefined, owner: isOwned ? owner : '' };
}

function asLinterRule(check) {
  return () => ({
    Schema(schema, { report, location }) {
      const message = check(schema, placeOf(location));
      if (message) report({ message, location });
    },
  });
}

/** The plugin as `openapi/redocly.yaml` names it. The linter asks for a default export. */
// biome-ignore lint/style/noDefaultExport: the linter loads the default export of a plugin
export default function plystraPlugin() {
  const oas3 = Object.fromEntries(
    Object.entries(schemaRules).map(([name, check]) => [name, asLinterRule(check)]),
  );
  return { id: 'plystra', rules: { oas3 } };
}
