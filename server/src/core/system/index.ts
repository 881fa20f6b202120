export { consoleHandlers } from './console-handlers.ts';
export { Metrics } from './metrics.ts';
export { metricsGate } from './metrics-gate.ts';
export { type MetricsServices, metricsHandlers } from './metrics-handlers.ts';
export { type SystemServices, systemHandlers } from './system-handlers.ts';
export type { Versions } from './versions.ts';
