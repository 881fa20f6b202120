import type { CoreHandlers } from '../../contract/core.ts';
import { refuse } from '../../contract/refusal.ts';
import { type Family, type MetricsReport, metricsText } from '../../platform/metrics/index.ts';

/** What the route of the metrics needs. */
export type MetricsServices = {
  /** Whether the operator has switched the metrics on. */
  readonly metricsEnabled: boolean;
  /** What this process reports now. */
  readonly metricsReport: () => MetricsReport;
  /** The metrics of all processes behind the port where there are several; null: this process is the only one. */
  readonly metricsOfAll: (() => Promise<readonly Family[]>) | null;
};

/** The metrics of all that answers on the port, in the text format of Prometheus. */
export function metricsHandlers(services: MetricsServices): CoreHandlers<'getMetrics'> {
  const { metricsEnabled, metricsReport, metricsOfAll } = services;
  return {
    async getMetrics() {
      if (!metricsEnabled) return refuse('FEATURE_DISABLED');
      if (metricsOfAll !== null) return { status: 200, text: metricsText(await metricsOfAll()) };
      const { work, own } = metricsReport();
      return { status: 200, text: metricsText([...work, ...own]) };
    },
  };
}
