export { Counter, Histogram } from './instruments.ts';
export { type Family, metricsText, type Sample } from './metric-text.ts';
export { poolMetrics, processMetrics } from './process-metrics.ts';
export { labelled, type MetricsReport, sumOf } from './reports.ts';
