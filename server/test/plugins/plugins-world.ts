import type { CoreInput } from '../../src/contract/core.ts';
import { isRefusal, type Refusal } from '../../src/contract/refusal.ts';
import { pluginHandlers } from '../../src/core/plugins/index.ts';
import { callCore } from '../core-input.ts';
import { openTestDatabase } from '../registry/core-access.ts';

/** A manifest as it is sent. */
export type Manifest = CoreInput<'installPlugin'>['body']['manifest'];

/** The version that the Core of these tests has. */
export const CORE_VERSION = '0.0.1';

/** A manifest with something in each of its lists, and what a test changes of it. */
export function invoicing(changes: Partial<Manifest> = {}): Manifest {
  return {
    manifest_version: '1.0',
    plugin_api_version: '1.0',
    id: 'acme.invoicing',
    name: 'Invoicing',
    version: '0.0.1',
    requires_core: '>=0.0.1 <0.1.0',
    resources: [
      {
        key: 'invoice',
        display_name: 'Invoice',
        actions: [
          { key: 'read', risk_level: 'low' },
          { key: 'approve', risk_level: 'high' },
        ],
      },
      { key: 'receipt', display_name: 'Receipt', actions: [{ key: 'read', risk_level: 'low' }] },
    ],
    permissions: [
      { resource: 'invoice', action: 'approve', scopes: ['group_tree', 'space'] },
      { resource: 'receipt', action: 'read', scopes: ['self'] },
    ],
    audit_events: [{ key: 'invoice.approved', risk_level: 'high' }],
    admin_menu: [
      { label: 'Receipts', path: '/plugins/receipts', required_permission: 'receipt:read:self' },
      { label: 'Invoices', path: '/plugins/invoicing', required_permission: 'invoice:read:group_tree' },
    ],
    settings: [
      { key: 'approval_limit', type: 'integer', default: 5000 },
      { key: 'labels', type: 'string_array', scope: 'instance' },
      { key: 'greeting', type: 'string', default: '42' },
    ],
    ...changes,
  };
}

/** An empty database with one User and two Spaces, and the handlers of plugins over it. */
export async function openPluginsWorld() {
  const database = await openTestDatabase();
  await database.pool.query("insert into users (id, email) values ('user_root', 'root@example.com')");
  await database.pool.query("insert into spaces (id, name) values ('space_a', 'A'), ('space_b', 'B')");
  const handlers = pluginHandlers({ database, coreVersion: CORE_VERSION });
  const query = async (text: string, values: unknown[] = []) =>
    (await database.pool.query<Record<string, unknown>>(text, values)).rows;
  return {
    database,
    handlers,
    query,
    install: (manifest: Manifest) => callCore(handlers, 'installPlugin', { body: { manifest } }),
    /** The broken rules with which an installation is refused, as `rule pointer`. */
    async problems(manifest: Manifest): Promise<string[]> {
      const reply: object = await callCore(handlers, 'installPlugin', { body: { manifest } });
      const details = isRefusal(reply) ? (reply as Refusal<string>).details : [];
      return (details as { rule: string; pointer: string }[]).map(
        ({ rule, pointer }) => `${rule} ${pointer}`,
      );
    },
    /** Action and Space of the audit rows about plugins, oldest first. */
    async recorded(): Promise<string[]> {
      const rows = await query(
        "select action from audit_logs where resource_type = 'plugin' order by created_at, id",
      );
      return rows.map(({ action }) => String(action));
    },
  };
}

/** What `openPluginsWorld` gives. */
export type PluginsWorld = Awaited<ReturnType<typeof openPluginsWorld>>;
