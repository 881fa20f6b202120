import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from '../../contract/api-error.ts';
import type { Credentials, Principal } from '../../contract/ports.ts';
import { isToken, parseApiKey, type TokenHasher } from '../../platform/crypto/index.ts';
import type { Queryable } from '../../platform/database/index.ts';
import { findApiKey, findSession, type LiveApiKey, type LiveSession } from './credential-store.ts';
import { keepApiKey, keepSession } from './credential-upkeep.ts';

/** Prefix of access tokens. */
export const accessTokenPrefix = 'ply_at_';

/** Prefix of refresh tokens. */
export const refreshTokenPrefix = 'ply_rt_';

/** What turns tokens into what the database keeps of them. */
export type CredentialHashers = { readonly accessToken: TokenHasher; readonly apiKey: TokenHasher };

/**
 * The credentials of Core: an API key in X-Plystra-API-Key, else a bearer token, whose prefix tells an API key from
 * a session. Nothing is cached: a revoked credential is refused at once on every process.
 */
export function createCredentials(database: Queryable, hashers: CredentialHashers): Credentials {
  return {
    sent: credentialIn,
    async authenticate(headers) {
      const sent = credentialIn(headers);
      if (sent === null) return isSent(headers) ? unknown() : null;
      const prove = proofOf(sent, hashers);
      return {
        principal: await prove(database, { keepUp: true }),
        again: (connection) => prove(connection, { keepUp: false }),
      };
    },
  };
}

type Prove = (connection: Queryable, options: { readonly keepUp: boolean }) => Promise<Principal>;

/** How a sent secret is proven; the same statement the first time and inside a transaction. */
function proofOf(sent: string, hashers: CredentialHashers): Prove {
  const key = parseApiKey(sent);
  if (key !== null) {
    const hashes = hashers.apiKey.candidates(sent);
    return async (connection, { keepUp }) => {
      const live = (await findApiKey(connection, key.id, hashes)) ?? unknown();
      if (keepUp) await keepApiKey(connection, live, hashes);
      return apiKeyPrincipal(live);
    };
  }
  if (!isToken(sent, accessTokenPrefix)) return unknown();
  const hashes = hashers.accessToken.candidates(sent);
  return async (connection, { keepUp }) => {
    const live = (await findSession(connection, hashes)) ?? unknown();
    if (keepUp) await keepSession(connection, live, hashes);
    return sessionPrincipal(live);
  };
}

/** The credential in the headers, or null when there is none to read. RFC 6750, section 2.1 for the bearer token. */
export function credentialIn(headers: IncomingHttpHeaders): string | null {
  const key = headers['x-plystra-api-key'];
  if (typeof key === 'string') return key;
  const { authorization } = headers;
  if (authorization === undefined) return null;
  const bearer = /^Bearer +([^\s]+)$/i.exec(authorization.slice(0, 512));
  return bearer?.[1] ?? null;
}

function isSent(headers: IncomingHttpHeaders): boolean {
  return headers['x-plystra-api-key'] !== undefined || headers.authorization !== undefined;
}

function sessionPrincipal(live: LiveSession): Principal {
  const { sessionId, userId, actor, rights } = live;
  return { kind: 'session', sessionId, userId, actor, rights };
}

function apiKeyPrincipal(live: LiveApiKey): Principal {
  const { apiKeyId, createdByUserId, rights } = live;
  return { kind: 'api_key', apiKeyId, createdByUserId, rights };
}

// One answer for whatever is wrong with a credential, so that it tells nothing about the ones that exist.
function unknown(): never {
  throw new ApiError('AUTHENTICATION_REQUIRED');
}
