import type { CoreHandlers } from '../../contract/core.ts';
import { refuse } from '../../contract/refusal.ts';
import type { Database } from '../../platform/database/index.ts';
import { metricsText } from './metric-text.ts';
import type { Metrics } from './metrics.ts';
import { poolMetrics, processMetrics } from './process-metrics.ts';

/** What the route of the metrics needs. */
export type MetricsServices = {
  readonly database: Database;
  readonly metrics: Metrics;
  /** Whether the operator has switched the metrics on. */
  readonly metricsEnabled: boolean;
};

/** The metrics of this process, in the text format of Prometheus. */
export function metricsHandlers(services: MetricsServices): CoreHandlers<'getMetrics'> {
  const { database, metrics, metricsEnabled } = services;
  return {
    async getMetrics() {
      if (!metricsEnabled) return refuse('FEATURE_DISABLED');
      const families = [...metrics.families(), ...poolMetrics(database.pool), ...processMetrics()];
      return { status: 200, text: metricsText(families) };
    },
  };
}
