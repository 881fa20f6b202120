import type { CoreHandlers } from '../../contract/core.ts';
import { type Refusal, refuseForNow } from '../../contract/refusal.ts';
import { reachesOf } from '../../contract/rights.ts';
import { clocksDiffer, type DatabaseClock, describeDifference } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { GraphState } from '../graph/index.ts';
import { type Capability, capabilityStates, inStartOrder, traceVersion } from '../kernel/index.ts';
import type { Versions } from './versions.ts';

/** What the system routes tell about. */
export type SystemServices = {
  readonly database: Database;
  /** The clock of the database. */
  readonly clock: DatabaseClock;
  /** Whether decisions can be made from memory. */
  readonly memory: { readonly state: GraphState };
  readonly capabilities: readonly Capability[];
  readonly versions: Versions;
  /** The newest applied migration, and whether the database stands exactly where the files do. */
  readonly schema: () => Promise<{ readonly version: string | null; readonly current: boolean }>;
  /** Whether the process takes new work; false while it stops. */
  readonly accepting: () => boolean;
};

type SystemOperations = 'getHealth' | 'getReadiness' | 'getVersion' | 'listCapabilities';

/** Health, readiness, version and capabilities. */
export function systemHandlers(services: SystemServices): CoreHandlers<SystemOperations> {
  const { database, capabilities, versions } = services;
  return {
    getHealth: async () => ({ status: 200, data: { status: 'ok' } }),
    async getReadiness({ access }) {
      if (!services.accepting()) return notReady();
      const schema = await services.schema();
      const states = await capabilityStates(database.pool, capabilities);
      const ready = schema.current && [...states.values()].every((state) => state === 'ready');
      if (schema.version === null || !ready) return notReady();
      const problems = problemsOf(services);
      const inventory = access !== null && reachesOf(access.principal, 'instance:read').some(isInstance);
      return {
        status: 200,
        data: {
          status: problems.length === 0 ? ('ready' as const) : ('degraded' as const),
          problems,
          schema_version: schema.version,
          expected_schema_version: versions.expectedSchema,
          trace_version: traceVersion,
          system_capabilities: inventory ? Object.fromEntries(states) : null,
          plugins: inventory ? await pluginCounts(database) : null,
        },
      };
    },
    async getVersion() {
      const { version } = await services.schema().catch(() => ({ version: null }));
      return {
        status: 200,
        data: {
          core_version: versions.core,
          api_version: 'v1',
          contract_version: versions.contract,
          schema_version: version,
          expected_schema_version: versions.expectedSchema,
          trace_version: traceVersion,
          plugin_api_version: '1.0',
          resource_registry_version: '1.0',
          commit: versions.commit,
        },
      };
    },
    async listCapabilities({ page }) {
      const states = await capabilityStates(database.pool, capabilities);
      const after = page.after?.[0] ?? '';
      const rest = inStartOrder(capabilities)
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
        .filter(({ id }) => id > after);
      const shown = rest.slice(0, page.limit);
      const last = shown.at(-1);
      return {
        status: 200,
        data: shown.map(({ id, name, requires, services: offered }) => ({
          id,
          name,
          kind: 'system_capability' as const,
          state: states.get(id) ?? 'failed',
          version: versions.core,
          requires: [...requires],
          services: [...offered],
        })),
        next: rest.length > shown.length && last !== undefined ? [last.id] : null,
      };
    },
  };
}

function notReady(): Refusal<'NOT_READY'> {
  return refuseForNow('NOT_READY', 1);
}

/** What is not as it should be while the answers stay right. */
function problemsOf({ clock, memory }: SystemServices) {
  const problems: { code: 'clock_differs' | 'graph_not_current'; message: string }[] = [];
  if (clocksDiffer(clock)) {
    const message = `${describeDifference(clock)} One of the two is not synchronised.`;
    problems.push({ code: 'clock_differs', message });
  }
  const { state } = memory;
  if (state !== 'current') {
    const message = `The authorization graph ${graphStates[state]}. Until it is current, decisions read the database.`;
    problems.push({ code: 'graph_not_current', message });
  }
  return problems;
}

const graphStates: Readonly<Record<Exclude<GraphState, 'current'>, string>> = {
  loading: 'is being read',
  behind: 'is more than five seconds behind the database',
  lost: 'has no connection to the database',
};

function isInstance({ level }: { readonly level: string }): boolean {
  return level === 'instance';
}

async function pluginCounts(database: Database) {
  const { rows } = await database.pool.query<{ status: string; count: string }>(
    'select status, count(*) from plugins group by status',
  );
  const byStatus = Object.fromEntries(rows.map(({ status, count }) => [status, Number(count)]));
  const total = Object.values(byStatus).reduce((sum, count) => sum + count, 0);
  return {
    status: byStatus['failed'] === undefined ? ('ready' as const) : ('degraded' as const),
    total,
    by_status: byStatus,
  };
}
