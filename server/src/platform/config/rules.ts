import { BlockList } from 'node:net';
import { parseAddress } from '../net/index.ts';
import { acceptedBy } from './accepted.ts';
import type { ConfigProblem } from './config-error.ts';
import type { Reading } from './read-values.ts';
import { isSecretVariable } from './variable.ts';
import { VARIABLE_LIST, VARIABLES, type VariableName } from './variables.ts';

const MIN_SECRET_LENGTH = 32;
const PLACEHOLDER =
  /^(?:<.*>|(?:change|replace)[-_ ]?(?:me|this|with).*|(?:your|example|placeholder|dummy)[-_ ].*)$/i;
const LOCAL_NETWORKS = new BlockList();
LOCAL_NETWORKS.addSubnet('127.0.0.0', 8, 'ipv4');
LOCAL_NETWORKS.addAddress('0.0.0.0', 'ipv4');
LOCAL_NETWORKS.addAddress('::1', 'ipv6');
LOCAL_NETWORKS.addAddress('::', 'ipv6');

/** Checks what no variable can tell alone: the rules of production, and variables that depend on each other. */
export function checkRules(reading: Reading): ConfigProblem[] {
  const production = reading.values.SERVER_MODE === 'production';
  const found = [
    ...missing(reading, production),
    ...registrationTokens(reading),
    ...durations(reading),
    ...origins(reading),
    ...(production ? productionRules(reading) : []),
  ];
  // A variable that could not be read, or is missing, has one problem, not two.
  const seen = new Set(reading.problems.map(({ variable }) => variable));
  return found.filter(({ variable }) => !seen.has(variable) && seen.add(variable));
}

function missing({ given }: Reading, production: boolean): ConfigProblem[] {
  return VARIABLE_LIST.flatMap(([variable, definition]) => {
    if (given.has(variable)) return [];
    if (production && definition.requiredInProduction) {
      return [problem(variable, 'is required in production', acceptedBy(definition))];
    }
    if (definition.requiredWithDatabase && given.has('DATABASE_URL')) {
      const accepted =
        'a random text, as of `openssl rand -hex 32`, the same for all servers of one database';
      return [problem(variable, 'is required when DATABASE_URL is set', accepted)];
    }
    return [];
  });
}

function registrationTokens({ values, given }: Reading): ConfigProblem[] {
  const accepted = `at least ${MIN_SECRET_LENGTH} characters`;
  const ordinary = values.PLYSTRA_AUTH_REGISTRATION_TOKEN;
  const bootstrap = values.PLYSTRA_BOOTSTRAP_REGISTRATION_TOKEN;
  const found: ConfigProblem[] = [];
  if (values.PLYSTRA_AUTH_REGISTRATION_ENABLED && isShort(ordinary ?? '')) {
    const what = ordinary === null ? 'is required' : 'is too short';
    found.push(
      problem('PLYSTRA_AUTH_REGISTRATION_TOKEN', `${what} when ordinary registration is enabled`, accepted),
    );
  }
  // The embedded database comes with a token of its own.
  const mayBeUnset = bootstrap === null && !given.has('DATABASE_URL');
  if (values.PLYSTRA_BOOTSTRAP_REGISTRATION_ENABLED === true && !mayBeUnset && isShort(bootstrap ?? '')) {
    const what = bootstrap === null ? 'is required' : 'is too short';
    found.push(
      problem(
        'PLYSTRA_BOOTSTRAP_REGISTRATION_TOKEN',
        `${what} when bootstrap registration is enabled`,
        accepted,
      ),
    );
  }
  return found;
}

function durations({ values }: Reading): ConfigProblem[] {
  const ordered: readonly (readonly [VariableName, number, VariableName, number])[] = [
    [
      'HTTP_READ_HEADER_TIMEOUT',
      values.HTTP_READ_HEADER_TIMEOUT,
      'HTTP_READ_TIMEOUT',
      values.HTTP_READ_TIMEOUT,
    ],
    [
      'PLYSTRA_SESSION_ACCESS_TTL',
      values.PLYSTRA_SESSION_ACCESS_TTL,
      'PLYSTRA_SESSION_REFRESH_TTL',
      values.PLYSTRA_SESSION_REFRESH_TTL,
    ],
    [
      'PLYSTRA_SESSION_REFRESH_TTL',
      values.PLYSTRA_SESSION_REFRESH_TTL,
      'PLYSTRA_SESSION_ABSOLUTE_TTL',
      values.PLYSTRA_SESSION_ABSOLUTE_TTL,
    ],
  ];
  return ordered
    .filter(([, shorter, , longer]) => shorter > longer)
    .map(([name, , other]) => problem(name, `is longer than ${other}`, `a duration of at most ${other}`));
}

function origins({ values }: Reading): ConfigProblem[] {
  const list = values.CORS_ALLOWED_ORIGINS;
  if (!list.includes('*') || list.length === 1) return [];
  return [problem('CORS_ALLOWED_ORIGINS', 'has other origins beside *', '* alone, or origins without *')];
}

function productionRules({ values, given }: Reading): ConfigProblem[] {
  const found: ConfigProblem[] = [];
  for (const [name, variable] of VARIABLE_LIST) {
    if (!isSecretVariable(variable) || name === 'DATABASE_URL') continue;
    if (secretsOf(values[name]).some((secret) => PLACEHOLDER.test(secret))) {
      found.push(problem(name, 'is a placeholder', 'a random text, as of `openssl rand -hex 32`'));
    }
  }
  for (const name of SIGNING_SECRETS) {
    if (given.has(name) && secretsOf(values[name]).some(isShort)) {
      found.push(problem(name, 'is too short for production', `at least ${MIN_SECRET_LENGTH} characters`));
    }
  }
  if (
    values.PLYSTRA_API_KEY_SECRET !== null &&
    values.PLYSTRA_API_KEY_SECRET === values.PLYSTRA_SESSION_SECRET
  ) {
    found.push(
      problem('PLYSTRA_API_KEY_SECRET', 'is the same as PLYSTRA_SESSION_SECRET', 'a secret of its own'),
    );
  }
  const bootstrap = values.PLYSTRA_BOOTSTRAP_REGISTRATION_TOKEN;
  if (bootstrap !== null && bootstrap === values.PLYSTRA_AUTH_REGISTRATION_TOKEN) {
    const what = 'is the same as PLYSTRA_AUTH_REGISTRATION_TOKEN';
    found.push(problem('PLYSTRA_BOOTSTRAP_REGISTRATION_TOKEN', what, 'a token of its own'));
  }
  if (values.DATABASE_URL !== null && hasDefaultCredentials(values.DATABASE_URL)) {
    found.push(problem('DATABASE_URL', 'uses the default credentials', VARIABLES.DATABASE_URL.production));
  }
  if (values.SERVER_PUBLIC_URL !== null && isLocal(new URL(values.SERVER_PUBLIC_URL).hostname)) {
    found.push(
      problem('SERVER_PUBLIC_URL', 'points to this machine', 'the URL under which clients reach the server'),
    );
  }
  if (values.CORS_ALLOWED_ORIGINS.includes('*')) {
    found.push(problem('CORS_ALLOWED_ORIGINS', 'contains *', 'the origins of your own applications'));
  }
  if (values.AUDIT_WRITE_MODE === 'disabled_for_dev') {
    found.push(problem('AUDIT_WRITE_MODE', 'is "disabled_for_dev"', 'one of always, deny_only, manual'));
  }
  return found;
}

const SIGNING_SECRETS = [
  'PLYSTRA_SESSION_SECRET',
  'PLYSTRA_SESSION_SECRET_PREVIOUS',
  'PLYSTRA_API_KEY_SECRET',
  'PLYSTRA_API_KEY_SECRET_PREVIOUS',
] as const;

function problem(variable: VariableName, what: string, accepted: string): ConfigProblem {
  return { variable, problem: what, accepted: accepted.replace(/\.$/, '') };
}

function secretsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');
}

function isShort(secret: string): boolean {
  return secret.length < MIN_SECRET_LENGTH;
}

/** The driver takes user and password from the query too, before those of the authority. */
function hasDefaultCredentials(text: string): boolean {
  const url = new URL(text);
  const user = url.searchParams.get('user') ?? url.username;
  const password = url.searchParams.get('password') ?? url.password;
  return decode(user) === 'plystra' && decode(password) === 'plystra';
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether a host name as the URL parser gives it means the machine itself. */
function isLocal(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const address = parseAddress(host);
  if (address === null) return host === 'localhost' || host.endsWith('.localhost');
  return LOCAL_NETWORKS.check(address.text, address.family === 4 ? 'ipv4' : 'ipv6');
}
