import type { CoreHandlers } from '../../contract/core.ts';
import { isRefusal, refuse, refuseTaken } from '../../contract/refusal.ts';
import { type Database, keysetPage } from '../../platform/database/index.ts';
import {
  changeRow,
  changeUnique,
  given,
  type MutationRequest,
  recordedMutation,
  shown,
  type VersionedChange,
} from '../kernel/index.ts';
import { createSpace } from './create-space.ts';
import { type Space, SpaceEntity } from './entities.ts';
import { spaceOnWire } from './space-wire.ts';
import { findSpace, findSpaceForChange } from './spaces.ts';

type SpaceOperations =
  | 'createSpace'
  | 'disableSpace'
  | 'getSpace'
  | 'listSpaces'
  | 'restoreSpace'
  | 'updateSpace';

type Changing = MutationRequest & {
  readonly params: { readonly space_id: string };
  readonly ifVersion: number | null;
};

/** Spaces: wire to domain and back. */
export function spaceHandlers(database: Database): CoreHandlers<SpaceOperations> {
  const change = (input: Changing, action: string, values: VersionedChange<Space>['values']) =>
    recordedMutation(database, input, [input.params.space_id], async (mutation) => {
      const space = await findSpaceForChange(mutation.em, input.params.space_id);
      if (space === null) return refuse('SPACE_NOT_FOUND');
      const { ifVersion } = input;
      const told = { ifVersion, action, spaceId: space.id, resourceType: 'space', onWire: spaceOnWire };
      return shown(await changeRow(mutation, space, { ...told, values }), spaceOnWire);
    });
  return {
    async listSpaces({ params, page }) {
      const where = { ...given({ status: params.status, type: params.type }), deletedAt: null };
      const { rows, next } = await keysetPage(database.entities(), SpaceEntity, where, ['name', 'id'], page);
      return { status: 200, data: rows.map(spaceOnWire), next };
    },
    // An id that is made here is nobody's yet: there is no revision of it to lock.
    createSpace: (input) =>
      recordedMutation(
        database,
        input,
        input.body.id === undefined ? [] : [input.body.id],
        async (mutation) => {
          const space = await createSpace(mutation, input.body);
          if (isRefusal(space)) return space;
          return { status: 201 as const, data: spaceOnWire(space), version: space.version };
        },
      ),
    async getSpace({ params }) {
      const space = await findSpace(database.entities(), params.space_id);
      return shown(space ?? refuse('SPACE_NOT_FOUND'), spaceOnWire);
    },
    updateSpace: (input) => {
      const { name, slug, type, metadata } = input.body;
      return changeUnique(
        () => change(input, 'space.updated', { name, slug, type, metadata }),
        refuseTaken('SPACE_UPDATE_FAILED', 'slug'),
      );
    },
    disableSpace: (input) => change(input, 'space.disabled', { status: 'disabled' }),
    restoreSpace: (input) => change(input, 'space.restored', { status: 'active' }),
  };
}
