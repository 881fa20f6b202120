import type { CoreHandlers } from '../../contract/core.ts';
import { refuse } from '../../contract/refusal.ts';
import { keysetPage } from '../../platform/database/index.ts';
import { findSpace } from '../identity/index.ts';
import { ofType, ResourceEntity, resourceNames, resourceOnWire } from '../registry/index.ts';
import { deleteRow, updateRow } from './change-row.ts';
import { createRow } from './create-row.ts';
import { readTables } from './data-tables.ts';
import { refuseType } from './refuse-row.ts';
import type { DataConsoleServices } from './services.ts';

type DataOperations =
  | 'createDataRow'
  | 'deleteDataRow'
  | 'getDataRow'
  | 'listDataRows'
  | 'listDataTables'
  | 'updateDataRow';

/** The Data Console: rows of registered types. Without the operator's leave every route says that it is off. */
export function dataConsoleHandlers(services: DataConsoleServices): CoreHandlers<DataOperations> {
  const { database, dataConsoleEnabled: enabled } = services;
  const off = async () => refuse('FEATURE_DISABLED');
  return {
    async listDataTables({ page }) {
      if (!enabled) return off();
      const found = await readTables(database.pool, String(page.after?.[0] ?? ''), page.limit + 1);
      const data = found.slice(0, page.limit);
      const last = data.at(-1);
      const more = found.length > data.length && last !== undefined;
      return { status: 200, data, next: more ? [last.resource_type] : null };
    },
    async listDataRows({ params, page }) {
      if (!enabled) return off();
      const { resource_type: resourceType, space_id: spaceId } = params;
      const unserved = await refuseType(database.pool, resourceType);
      if (unserved !== null) return unserved;
      const em = database.entities();
      if (spaceId !== undefined && (await findSpace(em, spaceId)) === null) return refuse('SPACE_NOT_FOUND');
      const where = {
        resourceType: ofType(resourceType, page.after),
        deletedAt: null,
        ...(spaceId === undefined ? {} : { spaceId }),
      };
      const { rows, next } = await keysetPage(em, ResourceEntity, where, ['resourceType', 'id'], page);
      const names = await resourceNames(em, rows);
      return { status: 200, data: rows.map((row) => resourceOnWire(row, names)), next };
    },
    async getDataRow({ params }) {
      if (!enabled) return off();
      const { resource_type: resourceType, resource_id: id } = params;
      const unserved = await refuseType(database.pool, resourceType);
      if (unserved !== null) return unserved;
      const em = database.entities();
      const row = await em.findOne(ResourceEntity, { id, resourceType, deletedAt: null });
      if (row === null) return refuse('RESOURCE_NOT_FOUND');
      const data = resourceOnWire(row, await resourceNames(em, [row]));
      return { status: 200, data, version: row.version };
    },
    createDataRow: async (input) => (enabled ? createRow(services, input) : off()),
    updateDataRow: async (input) => (enabled ? updateRow(services, input) : off()),
    deleteDataRow: async (input) => (enabled ? deleteRow(services, input) : off()),
  };
}
