import { after, type CasesOf, carriedOutBefore, changed, onNew, staleVersion } from './mutation-case.ts';
import type { MutationWorld } from './mutation-world.ts';

const SPACE = '/api/v1/spaces/space_1';
const TYPES = '/api/v1/resource-types';
const asStored = { resource_type: 'invoice', display_name: 'New' };

const newType = (world: MutationWorld) => world.made(TYPES, { key: world.name('type') });
const newResource = (world: MutationWorld) => world.made(`${SPACE}/resources`, asStored);
const newRow: (body?: unknown) => (world: MutationWorld) => Promise<object> = (body) => async (world) => ({
  params: { resource_type: 'invoice', resource_id: (await newResource(world)).id },
  ...(body === undefined ? {} : { body }),
});
const ofNewType = async (world: MutationWorld) => String((await newType(world))['key']);

/** The registry, resources and the Data Console. */
export const registryCases: CasesOf<
  | 'upsertResourceType'
  | 'upsertResourceAction'
  | 'upsertResourceMapping'
  | 'createResource'
  | 'createSpaceResource'
  | 'updateSpaceResource'
  | 'archiveSpaceResource'
  | 'restoreSpaceResource'
  | 'deleteSpaceResource'
  | 'createDataRow'
  | 'updateDataRow'
  | 'deleteDataRow'
> = {
  upsertResourceType: [
    {
      about: 'a new one',
      prepare: async (world) => ({ body: { key: world.name('type') } }),
      rows: ['resource_type.created'],
      refused: staleVersion,
    },
    {
      about: 'one that is there',
      prepare: async (world) => ({ body: { key: await ofNewType(world), display_name: 'Renamed' } }),
      rows: ['resource_type.updated'],
      refused: staleVersion,
    },
  ],
  upsertResourceAction: [
    {
      about: 'a new one',
      prepare: async (world) => ({
        params: { resource_type: await ofNewType(world) },
        body: { key: 'read' },
      }),
      rows: ['resource_action.created'],
      refused: staleVersion,
    },
    {
      about: 'one that is there',
      prepare: async (world) => {
        const type = await ofNewType(world);
        await world.made(`${TYPES}/${type}/actions`, { key: 'read' });
        return { params: { resource_type: type }, body: { key: 'read', display_name: 'Renamed' } };
      },
      rows: ['resource_action.updated'],
      refused: staleVersion,
    },
  ],
  upsertResourceMapping: [
    {
      about: 'a new one',
      prepare: async (world) => ({
        params: { resource_type: await ofNewType(world) },
        body: { storage_kind: 'plugin_managed' },
      }),
      rows: ['resource_mapping.created'],
      refused: staleVersion,
    },
    {
      about: 'one that is there',
      prepare: async (world) => {
        const type = await ofNewType(world);
        await world.made(`${TYPES}/${type}/mapping`, { storage_kind: 'plugin_managed' });
        return { params: { resource_type: type }, body: { status: 'disabled' } };
      },
      rows: ['resource_mapping.updated'],
      refused: staleVersion,
    },
  ],
  createResource: [
    {
      prepare: async (world) => ({ body: { ...asStored, id: world.name('invoice_n'), space_id: 'space_1' } }),
      refused: carriedOutBefore('RESOURCE_CREATE_FAILED'),
    },
  ],
  createSpaceResource: [
    {
      prepare: async (world) => ({ body: { ...asStored, id: world.name('invoice_n') } }),
      refused: carriedOutBefore('RESOURCE_CREATE_FAILED'),
    },
  ],
  updateSpaceResource: [
    { prepare: onNew('resource_id', newResource, { display_name: 'Renamed' }), refused: staleVersion },
  ],
  archiveSpaceResource: [{ prepare: onNew('resource_id', newResource), refused: staleVersion }],
  restoreSpaceResource: [
    { prepare: after('archive', 'resource_id', `${SPACE}/resources`, newResource), refused: staleVersion },
  ],
  deleteSpaceResource: [{ prepare: onNew('resource_id', newResource), refused: staleVersion }],
  createDataRow: [
    {
      prepare: async (world) => ({
        params: { resource_type: 'invoice' },
        body: { id: world.name('invoice_n'), space_id: 'space_1', display_name: 'New' },
      }),
      refused: carriedOutBefore('RESOURCE_ALREADY_EXISTS'),
    },
  ],
  updateDataRow: [{ prepare: newRow({ display_name: 'Renamed' }), refused: staleVersion }],
  deleteDataRow: [
    {
      prepare: newRow(),
      refused: changed({ params: { resource_id: 'nothing' } }, 'RESOURCE_NOT_FOUND'),
    },
  ],
};
