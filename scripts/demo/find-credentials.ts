import { join } from 'node:path';
import { type ApiAnswer, apiClient, unexpected, type Wire } from './api-client.ts';
import { DemoFailure } from './demo-failure.ts';
import {
  type DemoFile,
  newDemoFile,
  readDemoFile,
  readPrivateFile,
  removeDemoFile,
  writeDemoFile,
} from './demo-file.ts';
import { demoPermissions } from './permissions.ts';

/** Where the demo looks. */
export type DemoPlace = {
  readonly baseUrl: string;
  /** The server's data folder, as it is after a relocation. */
  readonly dataFolder: string;
  /** PLYSTRA_API_KEY: goes before everything else. */
  readonly givenKey: string | null;
  /** PLYSTRA_BOOTSTRAP_REGISTRATION_TOKEN, for a server that has no data folder. */
  readonly givenToken: string | null;
};

/** What the demo works with. */
export type DemoCredentials = {
  readonly apiKey: string;
  /** Passwords for the Users of the scenario; null on somebody else's instance, where they get none. */
  readonly userPasswords: Readonly<Record<string, string>> | null;
  /** How they were found, as a sentence. */
  readonly found: string;
};

type Session = { readonly accessToken: string; readonly found: string };

/**
 * Finds an API key for the demo: the one given, the one kept by an earlier run, or a new one of a super admin that it
 * registers with the bootstrap token.
 *
 * @throws DemoFailure with exit code 2 when the instance belongs to somebody else and no key is given
 */
export async function findCredentials(
  place: DemoPlace,
  userEmails: readonly string[],
): Promise<DemoCredentials> {
  if (place.givenKey !== null) {
    if (await isAccepted(place.baseUrl, place.givenKey)) {
      return { apiKey: place.givenKey, userPasswords: null, found: 'Using the key in PLYSTRA_API_KEY.' };
    }
    throw new DemoFailure(
      2,
      'The server does not accept the key in PLYSTRA_API_KEY: unknown, ended or revoked.',
    );
  }
  const path = join(place.dataFolder, 'demo.json');
  const kept = readDemoFile(path);
  if (kept?.apiKey && (await isAccepted(place.baseUrl, kept.apiKey))) {
    return { apiKey: kept.apiKey, userPasswords: kept.users, found: `Using the key kept in ${path}.` };
  }
  const account = kept ?? newDemoFile(userEmails);
  const session = kept && (await logIn(place, kept));
  // Kept before it is registered: a run that is cut off in between finds the password again.
  if (kept === null) writeDemoFile(path, account);
  const { accessToken, found } =
    session ??
    (await bootstrap(place, account).catch((error: unknown) => {
      if (kept === null) removeDemoFile(path);
      throw error;
    }));
  const apiKey = await makeKey(place, accessToken);
  writeDemoFile(path, { ...account, apiKey });
  return { apiKey, userPasswords: account.users, found: `${found} Its API key is kept in ${path}.` };
}

async function isAccepted(baseUrl: string, apiKey: string): Promise<boolean> {
  // Reading what a credential may do asks for no permission; a 403 still means that the credential is good.
  const answer = await apiClient(baseUrl, apiKey)('/admin/me');
  if (!answer.ok && answer.status !== 401 && answer.status !== 403)
    throw unexpected('Trying the API key', answer);
  return answer.ok || answer.status === 403;
}

async function logIn(place: DemoPlace, { email, password }: DemoFile): Promise<Session | null> {
  const answer = await apiClient(place.baseUrl, null)('/auth/login', { email, password });
  if (answer.ok) return { accessToken: accessTokenOf(answer), found: `Logged in as ${email}.` };
  if (answer.status === 401) return null;
  throw unexpected('Logging in as the super admin of the demo', answer);
}

async function bootstrap(place: DemoPlace, { email, password }: DemoFile): Promise<Session> {
  const token = place.givenToken ?? folderToken(place);
  const answer = await apiClient(place.baseUrl, null)('/auth/register', {
    email,
    password,
    registration_token: token,
    member_display_name: 'Demo Admin',
  });
  if (answer.ok) {
    return { accessToken: accessTokenOf(answer), found: `Registered ${email}, the first super admin.` };
  }
  if (answer.error.code !== 'REGISTRATION_DISABLED')
    throw unexpected('Registering the first super admin', answer);
  throw new DemoFailure(
    2,
    `${place.baseUrl} has a super admin already, and it is not the demo's.\n${KEY_HINT}`,
  );
}

function folderToken({ baseUrl, dataFolder }: DemoPlace): string {
  const file = join(dataFolder, 'secrets.json');
  const text = readPrivateFile(file);
  if (text === null) {
    throw new DemoFailure(
      2,
      `There is no ${file}, so the server at ${baseUrl} keeps its data elsewhere.\n` +
        'Set PLYSTRA_DATA_DIR to the data folder that it printed when it started. A server with DATABASE_URL has\n' +
        `none: set PLYSTRA_BOOTSTRAP_REGISTRATION_TOKEN as for the server, or a key.\n${KEY_HINT}`,
    );
  }
  const bootstrapToken = /"bootstrapToken": *"([^"]+)"/.exec(text)?.[1];
  if (bootstrapToken !== undefined) return bootstrapToken;
  throw new DemoFailure(2, `${file} holds no bootstrap token.\n${KEY_HINT}`);
}

async function makeKey(place: DemoPlace, accessToken: string): Promise<string> {
  const answer = await apiClient(place.baseUrl, accessToken)('/api-keys', {
    name: 'Demo',
    level: 'instance',
    permission_keys: [...demoPermissions],
  });
  if (!answer.ok) throw unexpected('Making an API key', answer);
  return (answer.data as Wire['APIKeyCreated']).api_key;
}

function accessTokenOf(answer: Extract<ApiAnswer, { ok: true }>): string {
  const { access_token: token } = answer.data as Wire['LoginResponse'];
  if (typeof token === 'string') return token;
  throw new DemoFailure(1, 'The server opened no session for the super admin of the demo.');
}

const KEY_HINT =
  'Set PLYSTRA_API_KEY to a key of level instance that one of its super admins made, and run the demo again. ' +
  `It needs:\n  ${demoPermissions.join(', ')}`;
