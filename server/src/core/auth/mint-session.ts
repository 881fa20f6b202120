import type { components } from '../../contract/generated/core/types.ts';
import type { RequestFacts } from '../../contract/handlers.ts';
import type { ActiveActor } from '../../contract/ports.ts';
import { mintToken } from '../../platform/crypto/index.ts';
import type { Queryable } from '../../platform/database/index.ts';
import { newSessionId } from '../../platform/ids/index.ts';
import { accessTokenPrefix, refreshTokenPrefix } from './credentials.ts';
import type { AuthHashers, SessionLifetimes } from './services.ts';

/** Two new tokens in plain text. */
export type TokenPair = { readonly access: string; readonly refresh: string };

/** A token pair as the contract shows it. */
export type TokensOnWire = components['schemas']['RefreshResponse'];

/** A session that was just made, with the only copy of its tokens in plain text. */
export type MintedSession = { readonly sessionId: string; readonly tokens: TokensOnWire };

/** What minting needs beside a connection: the token hashers and the lifetimes. */
export type SessionMint = {
  readonly hashers: Pick<AuthHashers, 'accessToken' | 'refreshToken'>;
  readonly settings: { readonly session: SessionLifetimes };
};

const insert = `
insert into sessions (id, user_id, active_space_id, active_member_id, active_user_member_id, access_token_hash,
  refresh_token_hash, expires_at, refresh_expires_at, absolute_expires_at, ip, user_agent)
select $1, $2, $3, $4, $5, $6, $7, at + least($8::float8, $10::float8) * interval '1 ms',
  at + least($9::float8, $10::float8) * interval '1 ms', at + $10::float8 * interval '1 ms', $11, $12
from date_trunc('milliseconds', now()) as at
returning expires_at, refresh_expires_at`;

/**
 * Starts a session of a User in the caller's transaction. `actor` is one of the User's usable bindings, or null. That
 * the User is active, and who the caller is, has been established by then, with the User's row locked.
 */
export async function mintSession(
  connection: Queryable,
  mint: SessionMint,
  user: { readonly id: string; readonly actor: ActiveActor | null },
  request: Pick<RequestFacts, 'ip' | 'userAgent'>,
): Promise<MintedSession> {
  const pair = newTokenPair();
  const sessionId = newSessionId();
  const { accessTtlMs, refreshTtlMs, absoluteTtlMs } = mint.settings.session;
  const { rows } = await connection.query(insert, [
    sessionId,
    user.id,
    user.actor?.space_id ?? null,
    user.actor?.member_id ?? null,
    user.actor?.user_member_id ?? null,
    mint.hashers.accessToken.hash(pair.access),
    mint.hashers.refreshToken.hash(pair.refresh),
    accessTtlMs,
    refreshTtlMs,
    absoluteTtlMs,
    request.ip,
    request.userAgent,
  ]);
  return { sessionId, tokens: tokensOnWire(pair, rows[0] as SessionEnds) };
}

/** Two new random tokens. */
export function newTokenPair(): TokenPair {
  return { access: mintToken(accessTokenPrefix), refresh: mintToken(refreshTokenPrefix) };
}

/** When the tokens of a session end, as its row says. */
export type SessionEnds = { readonly expires_at: Date; readonly refresh_expires_at: Date };

/** A pair and its ends as the contract shows them. */
export function tokensOnWire(pair: TokenPair, ends: SessionEnds): TokensOnWire {
  return {
    access_token: pair.access,
    refresh_token: pair.refresh,
    token_type: 'Bearer',
    expires_at: ends.expires_at.toISOString(),
    refresh_expires_at: ends.refresh_expires_at.toISOString(),
  };
}
