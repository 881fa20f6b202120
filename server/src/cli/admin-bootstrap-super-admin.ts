import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { isRefusal } from '../contract/refusal.ts';
import {
  bootstrapSuperAdmin,
  currentSuperGrant,
  type FirstSuperAdmin,
  firstAccountProblems,
  type MadeSuperAdmin,
} from '../core/auth/index.ts';
import { coreEntities } from '../core/entities.ts';
import { loadConfig } from '../platform/config/index.ts';
import { PasswordHasher } from '../platform/crypto/index.ts';
import { type Database, openDatabase, preparedOn } from '../platform/database/index.ts';
import { isId, newRequestId } from '../platform/ids/index.ts';
import type { Command, CommandContext, OptionValues, Outcome } from './command.ts';
import { findDatabase } from './database-place.ts';
import { OperatorError } from './failure.ts';
import type { Output } from './output.ts';
import { requireMigrations } from './require-migrations.ts';
import { UsageError } from './usage-error.ts';

const USAGE =
  '(--email <address> --password-stdin | --user-id <id>) [--member-id <id>] [--grant-id <id>] [--if-exists error|ok]';

const NO_PASSWORD =
  'The User has no password: it logs in only by a way that needs none, and only a super admin can give it one.';

/** `admin bootstrap-super-admin`: the first super admin of an instance, without a server and without a token. */
export const adminBootstrapSuperAdmin: Command = {
  name: ['admin', 'bootstrap-super-admin'],
  summary: 'Make the first super admin.',
  usage: USAGE,
  description:
    'With --email it is a new User, whose password is read from standard input, up to its end, without the last line\n' +
    'break. With --user-id it is an active User that is there already. Refused when the instance has a super admin.',
  options: {
    email: { type: 'string', value: 'address', description: 'Make a User with this email address.' },
    'password-stdin': { type: 'boolean', description: 'Read the password of the new User from stdin.' },
    'user-id': { type: 'string', value: 'id', description: 'Take this User, who has to be active.' },
    'member-id': {
      type: 'string',
      value: 'id',
      description: "A Member of the User's, named beside it in the audit log.",
    },
    'grant-id': {
      type: 'string',
      value: 'id',
      description: 'Id of the grant. Left out: ag_<user id>_instance_super_admin.',
    },
    'if-exists': {
      type: 'string',
      value: 'error|ok',
      description: 'What a super admin that is there already means. Left out: error.',
    },
  },
  async run(context) {
    const asked = askedBy(context.options);
    const { password: policy } = loadConfig(context.environment);
    const user = asked.email === null ? { id: asked.userId } : await newUser(context, asked.email, policy);
    const place = await findDatabase(context);
    try {
      context.signal.throwIfAborted();
      return await onDatabase(context, place.url, { ...asked, user });
    } finally {
      await place.stop();
    }
  },
};

type Asked = Pick<FirstSuperAdmin, 'memberId' | 'grantId'> & {
  readonly existsIsOk: boolean;
} & ({ readonly email: string } | { readonly email: null; readonly userId: string });

function askedBy(options: OptionValues): Asked {
  const given = (name: string): string | null => {
    const value = options[name];
    return typeof value === 'string' ? value : null;
  };
  const wrong = (message: string) =>
    new UsageError(message, `plystractl admin bootstrap-super-admin ${USAGE}`);
  const ifExists = given('if-exists') ?? 'error';
  if (ifExists !== 'error' && ifExists !== 'ok') throw wrong('--if-exists takes "error" or "ok".');
  for (const name of ['user-id', 'member-id', 'grant-id']) {
    const id = given(name);
    if (id !== null && !isId(id))
      throw wrong(`--${name} takes an id: 1 to 128 of the characters A-Z a-z 0-9 _ . : -`);
  }
  const email = given('email');
  const userId = given('user-id');
  const passwordFollows = options['password-stdin'] === true;
  const common = { memberId: given('member-id'), grantId: given('grant-id'), existsIsOk: ifExists === 'ok' };
  if (email !== null && userId === null) {
    if (!passwordFollows)
      throw wrong('--email needs --password-stdin: the password is read from standard input.');
    if (common.memberId !== null) throw wrong('--member-id needs --user-id: a new User has no Member.');
    return { ...common, email };
  }
  if (email !== null || userId === null) throw wrong('Either --email or --user-id has to be given.');
  if (passwordFollows) throw wrong('--password-stdin needs --email: an existing User keeps its password.');
  return { ...common, email: null, userId };
}

/** The new User, checked against the contract and the policy, with its password hashed. */
async function newUser(
  { stdin, signal, output }: CommandContext,
  email: string,
  password: { readonly minLength: number },
): Promise<FirstSuperAdmin['user']> {
  if ('isTTY' in stdin && stdin.isTTY === true)
    output.note('Reading the password from the terminal, up to Ctrl-D.');
  const typed = (await text(addAbortSignal(signal, stdin))).replace(/\r?\n$/, '');
  const problems = firstAccountProblems(email, typed, { password });
  if (problems.length > 0)
    throw new OperatorError('VALIDATION_FAILED', problems.join(' '), 'Nothing was made.');
  return { email, password: typed, passwordHash: await new PasswordHasher().hash(typed) };
}

async function onDatabase(
  { chains, signal, output }: CommandContext,
  url: string,
  asked: FirstSuperAdmin & { readonly existsIsOk: boolean },
): Promise<Outcome> {
  const database = await openDatabase({
    url,
    poolSize: 1,
    statementTimeoutMs: 30_000,
    acquireTimeoutMs: 10_000,
    entities: coreEntities,
    onConnectionError: () => undefined,
  });
  try {
    await migrated(database, chains);
    const facts = { id: newRequestId(Date.now()), ip: null, userAgent: 'plystractl', signal };
    const made = await bootstrapSuperAdmin(database, facts, asked);
    if (!isRefusal(made)) {
      if (made.user.password_hash === null) output.note(output.paintNote('yellow', NO_PASSWORD));
      return told(output, { created: true, ...made });
    }
    const grant =
      made.code === 'ALREADY_BOOTSTRAPPED' ? await currentSuperGrant(preparedOn(database.pool)) : null;
    if (grant === null || !asked.existsIsOk) throw explained(made);
    return told(output, { created: false, grant });
  } finally {
    await database.close();
  }
}

async function migrated({ pool }: Database, chains: readonly string[]): Promise<void> {
  const client = await pool.connect();
  try {
    await requireMigrations(client, chains);
  } finally {
    client.release();
  }
}

type Told = Pick<MadeSuperAdmin, 'grant'> & {
  readonly created: boolean;
  readonly user?: MadeSuperAdmin['user'];
};

function told(output: Output, { created, grant, user }: Told): Outcome {
  const userId = String(grant['user_id']);
  const who = user === undefined ? userId : `${userId} (${user.email})`;
  output.line(
    created
      ? `${output.paint('green', 'created')} ${grant.id}: ${who} is super admin of the instance`
      : `exists ${grant.id}: ${who} is super admin of the instance`,
  );
  return { exitCode: 0, json: { created, grant } };
}

const explanations = {
  ALREADY_BOOTSTRAPPED: [
    'The instance has a super admin.',
    'Super admins make further ones over the API. With --if-exists ok this is no failure.',
  ],
  USER_NOT_FOUND: ['There is no active User with this id.', 'With --email and --password-stdin one is made.'],
  MEMBER_NOT_FOUND: ['The User has no active binding to this Member.', 'Leave --member-id out.'],
  USER_CREATE_FAILED: ['A User has this email address.', 'Make that one super admin with --user-id.'],
  ADMIN_GRANT_CREATE_FAILED: ['A grant has this id.', 'Choose another one with --grant-id.'],
} as const;

function explained({ code }: { readonly code: keyof typeof explanations }): OperatorError {
  const [message, hint] = explanations[code];
  return new OperatorError(code, message, hint);
}
