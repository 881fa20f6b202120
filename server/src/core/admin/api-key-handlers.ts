import type { CoreHandlers, CoreReply } from '../../contract/core.ts';
import { isRefusal, refuse } from '../../contract/refusal.ts';
import { preparedOn } from '../../platform/database/index.ts';
import { recordedMutation } from '../kernel/index.ts';
import { type ApiKeyRow, apiKeyOnWire, apiKeyPage, findApiKey } from './api-key-store.ts';
import { revokeApiKey, rotateApiKey, updateApiKey } from './change-api-key.ts';
import { createApiKey, type IssuedApiKey } from './create-api-key.ts';
import { principalOf } from './principal-of.ts';
import type { AdminServices } from './services.ts';
import { targetScope } from './target-scope.ts';

type ApiKeyOperations =
  | 'createAPIKey'
  | 'listAPIKeys'
  | 'getAPIKey'
  | 'updateAPIKey'
  | 'rotateAPIKey'
  | 'revokeAPIKey';

/** API keys: wire to domain and back. */
export function apiKeyHandlers({ database, hashers }: AdminServices): CoreHandlers<ApiKeyOperations> {
  const connection = preparedOn(database.pool);
  /** The Space of a key never changes, so that it can be locked before the key is read for good. */
  const spaceOfKey = async (id: string) => (await findApiKey(connection, id))?.space_id ?? null;
  return {
    async listAPIKeys({ access, params, page }) {
      const { rows, next } = await apiKeyPage(database.pool, access.reaches, params, page);
      return { status: 200, data: rows.map(apiKeyOnWire), next };
    },
    async createAPIKey(input) {
      const scope = await targetScope(connection, { ...input.body, kind: input.body.level });
      if (isRefusal(scope)) return scope;
      return recordedMutation(
        database,
        input,
        [scope.spaceId],
        async (mutation): Promise<CoreReply<'createAPIKey'>> => {
          const issued = await createApiKey(mutation, principalOf(mutation), hashers.apiKey, input.body);
          return isRefusal(issued) ? issued : { status: 201, ...withSecret(issued) };
        },
      );
    },
    async getAPIKey({ params }) {
      const row = await findApiKey(connection, params.api_key_id);
      return row === null ? refuse('API_KEY_NOT_FOUND') : { status: 200, ...shown(row) };
    },
    async updateAPIKey(input) {
      const id = input.params.api_key_id;
      return recordedMutation(
        database,
        input,
        [await spaceOfKey(id)],
        async (mutation): Promise<CoreReply<'updateAPIKey'>> => {
          const changed = { id, principal: principalOf(mutation), ifVersion: input.ifVersion };
          const row = await updateApiKey(mutation, changed, input.body);
          return isRefusal(row) ? row : { status: 200, ...shown(row) };
        },
      );
    },
    async rotateAPIKey(input) {
      const id = input.params.api_key_id;
      return recordedMutation(
        database,
        input,
        [await spaceOfKey(id)],
        async (mutation): Promise<CoreReply<'rotateAPIKey'>> => {
          const changed = { id, principal: principalOf(mutation), ifVersion: input.ifVersion };
          const grace = input.body?.grace_seconds ?? 0;
          const issued = await rotateApiKey(mutation, changed, hashers.apiKey, grace);
          return isRefusal(issued) ? issued : { status: 200, ...withSecret(issued) };
        },
      );
    },
    async revokeAPIKey(input) {
      const id = input.params.api_key_id;
      return recordedMutation(
        database,
        input,
        [await spaceOfKey(id)],
        async (mutation): Promise<CoreReply<'revokeAPIKey'>> => {
          const changed = { id, principal: principalOf(mutation), ifVersion: input.ifVersion };
          const row = await revokeApiKey(mutation, changed, input.body?.revoked_reason ?? null);
          return isRefusal(row) ? row : { status: 200, ...shown(row) };
        },
      );
    },
  };
}

function shown(row: ApiKeyRow) {
  return { data: apiKeyOnWire(row), version: row.version };
}

function withSecret({ row, secret }: IssuedApiKey) {
  return { data: { ...apiKeyOnWire(row), api_key: secret }, version: row.version };
}
