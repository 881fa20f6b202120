import {
  type Document,
  methods,
  type Operation,
  type Parameter,
  type Ref,
  type Response,
  type Schema,
} from '../generate/openapi.ts';

/** A link of OpenAPI 3.1: what an answer gives to the parameters and the body of another operation. */
type Link = {
  readonly operationId: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly requestBody?: Readonly<Record<string, string>>;
};
/** An operation with its parameters. */
type Bound = {
  readonly id: string;
  readonly method: string;
  readonly operation: Operation;
  readonly parameters: readonly Parameter[];
};
/** An answer that names an object of a component: the one that was made, or the first of a list. */
type Answer = { readonly response: Response; readonly component: string; readonly kind: 'made' | 'listed' };

/** Answers that hold the token of another call. */
const TOKENS: Readonly<Record<string, readonly [parameter: string, field: string]>> = {
  LoginResponse: ['refresh_token', 'refresh_token'],
  RefreshResponse: ['refresh_token', 'refresh_token'],
};

/** The parameter that names an object of a component, and the field of it that has the name. */
const OWN_NAMES: Readonly<Record<string, readonly [parameter: string, field: string]>> = {
  ...TOKENS,
  AdminGrant: ['admin_grant_id', 'id'],
  APIKey: ['api_key_id', 'id'],
  APIKeyCreated: ['api_key_id', 'id'],
  AuditLog: ['audit_log_id', 'id'],
  Group: ['group_id', 'id'],
  Member: ['member_id', 'id'],
  MemberRole: ['member_role_id', 'id'],
  Permission: ['permission_id', 'id'],
  Plugin: ['plugin_key', 'key'],
  Resource: ['resource_id', 'id'],
  ResourceType: ['resource_type', 'key'],
  Role: ['role_id', 'id'],
  RolePermission: ['role_permission_id', 'id'],
  Session: ['session_id', 'id'],
  Space: ['space_id', 'id'],
  TemplateManifest: ['template_id', 'id'],
  User: ['user_id', 'id'],
  UserMember: ['user_member_id', 'id'],
};

/**
 * Gives the contract with links, along which the stateful phase goes: from what makes an object, or lists objects that
 * nothing makes, to every operation that the answer names all path parameters of. Schemathesis finds links by itself,
 * too, but thousands of them, of which few lead anywhere.
 */
export function withLinks(contract: Document): Document {
  const linked = structuredClone(contract);
  const operations = operationsOf(linked);
  const answers = operations.flatMap(({ method, operation }) => answersOf(linked, method, operation));
  const made = new Set(answers.filter(({ kind }) => kind === 'made').map(({ component }) => component));
  for (const answer of answers) {
    if (answer.kind === 'listed' && made.has(answer.component)) continue;
    Object.assign(answer.response, { links: linksFrom(linked, answer, operations) });
  }
  return linked;
}

/** The answers of an operation that name an object. */
function answersOf(document: Document, method: string, { responses = {} }: Operation): readonly Answer[] {
  return Object.entries(responses).flatMap(([status, response]): readonly Answer[] => {
    if (!status.startsWith('2') || '$ref' in response) return [];
    const data = resolved(document, response.content?.['application/json']?.schema)?.properties?.['data'];
    const component = (data?.items ?? data)?.$ref?.split('/').at(-1) ?? '';
    if (!(component in OWN_NAMES)) return [];
    if (method === 'get') return data?.items === undefined ? [] : [{ response, component, kind: 'listed' }];
    return status === '201' || component in TOKENS ? [{ response, component, kind: 'made' }] : [];
  });
}

function linksFrom(
  document: Document,
  { component, kind }: Answer,
  targets: readonly Bound[],
): Record<string, Link> {
  const [own, field] = OWN_NAMES[component] ?? ['', ''];
  const base = `$response.body#/data${kind === 'made' ? '' : '/0'}`;
  const fields = Object.keys(document.components.schemas?.[component]?.properties ?? {});
  const given: Record<string, string> = Object.fromEntries(fields.map((name) => [name, `${base}/${name}`]));
  given[own] = `${base}/${field}`;
  const links: Record<string, Link> = {};
  for (const { id, operation, parameters: all } of targets) {
    const path = all.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
    const body = idsInBody(document, operation);
    if (!path.every((name) => name in given) || ![...path, ...body].includes(own)) continue;
    const parameters = path.map((name) => [`path.${name}`, given[name] ?? ''] as const);
    const requestBody = body
      .filter((name) => name in given)
      .map((name) => [name, given[name] ?? ''] as const);
    links[id] = {
      operationId: id,
      parameters: Object.fromEntries(parameters),
      ...(requestBody.length === 0 ? {} : { requestBody: Object.fromEntries(requestBody) }),
    };
  }
  return links;
}

/** The fields of a body that name an object. */
function idsInBody(document: Document, operation: Operation): readonly string[] {
  const schema = resolved(document, operation.requestBody?.content['application/json']?.schema);
  const names = new Set(Object.values(OWN_NAMES).map(([parameter]) => parameter));
  return Object.keys(schema?.properties ?? {}).filter((field) => names.has(field));
}

function operationsOf(document: Document): readonly Bound[] {
  return Object.values(document.paths).flatMap((item) =>
    methods.flatMap((method) => {
      const operation = item[method];
      if (operation?.operationId === undefined) return [];
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
      return [
        {
          id: operation.operationId,
          method,
          operation,
          parameters: parameters.map((one) => parameterOf(document, one)),
        },
      ];
    }),
  );
}

function parameterOf(document: Document, parameter: Ref<Parameter>): Parameter {
  if (!('$ref' in parameter)) return parameter;
  const found = document.components.parameters?.[parameter.$ref.split('/').at(-1) ?? ''];
  if (found === undefined) throw new Error(`The contract has no ${parameter.$ref}.`);
  return found;
}

function resolved(document: Document, schema: Schema | undefined): Schema | undefined {
  return schema?.$ref === undefined
    ? schema
    : document.components.schemas?.[schema.$ref.split('/').at(-1) ?? ''];
}
