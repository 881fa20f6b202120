import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from '../../contract/api-error.ts';
import type { Credentials, Principal, Proven } from '../../contract/ports.ts';
import { isToken, parseApiKey, type TokenHasher } from '../../platform/crypto/index.ts';
import type { Queryable } from '../../platform/database/index.ts';
import {
  findApiKey,
  findSession,
  keepApiKeyAsItIs,
  keepSessionAsItIs,
  type LiveApiKey,
  type LiveSession,
} from './credential-store.ts';
import { keepApiKey, keepSession } from './credential-upkeep.ts';

/** Prefix of access tokens. */
export const accessTokenPrefix = 'ply_at_';

/** Prefix of refresh tokens. */
export const refreshTokenPrefix = 'ply_rt_';

/** What turns tokens into what the database keeps of them. */
export type CredentialHashers = { readonly accessToken: TokenHasher; readonly apiKey: TokenHasher };

/**
 * The credentials of Core: an API key, and nothing else, in X-Plystra-API-Key, else a bearer token, whose prefix tells
 * an API key from a session. Nothing is cached: a revoked credential is refused at once on every process.
 */
export function createCredentials(database: Queryable, hashers: CredentialHashers): Credentials {
  return {
    sent: credentialIn,
    async authenticate(headers) {
      const sent = credentialIn(headers);
      if (sent === null) return isSent(headers) ? unknown() : null;
      const proof = proofOf(sent, headers, hashers);
      return provenBy(proof, await proof.first(database));
    },
  };
}

/** A principal that the same secret proves again, in whatever transaction. */
export function provenBy(proof: Pick<Proof, 'again'>, principal: Principal): Proven {
  return {
    principal,
    async again(connection, { hold }) {
      if (hold) await keepAsItIs(connection, principal);
      return proof.again(connection);
    },
  };
}

/** How a sent secret is proven: by the same statement when it comes in and inside a transaction. */
export type Proof = {
  /** The use leaves its trace in the credential. */
  first(connection: Queryable): Promise<Principal>;
  again(connection: Queryable): Promise<Principal>;
};

/** The proof of a sent secret. @throws ApiError AUTHENTICATION_REQUIRED for what cannot be one */
export function proofOf(sent: string, headers: IncomingHttpHeaders, hashers: CredentialHashers): Proof {
  const key = parseApiKey(sent);
  if (key !== null) {
    const hashes = hashers.apiKey.candidates(sent);
    const find = async (connection: Queryable) => (await findApiKey(connection, key.id, hashes)) ?? unknown();
    return {
      async first(connection) {
        const live = await find(connection);
        await keepApiKey(connection, live, hashes);
        return apiKeyPrincipal(live);
      },
      again: async (connection) => apiKeyPrincipal(await find(connection)),
    };
  }
  if (headers['x-plystra-api-key'] !== undefined || !isToken(sent, accessTokenPrefix)) return unknown();
  const hashes = hashers.accessToken.candidates(sent);
  const find = async (connection: Queryable) => (await findSession(connection, hashes)) ?? unknown();
  return {
    async first(connection) {
      const live = await find(connection);
      await keepSession(connection, live, hashes);
      return sessionPrincipal(live);
    },
    again: async (connection) => sessionPrincipal(await find(connection)),
  };
}

function keepAsItIs(connection: Queryable, principal: Principal): Promise<void> {
  return principal.kind === 'session'
    ? keepSessionAsItIs(connection, principal)
    : keepApiKeyAsItIs(connection, principal.apiKeyId);
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
